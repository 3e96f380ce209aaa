// The blocks of the language by the grammar rule that reads them: how messages call them, and which rule reads one item.

/** A block whose items start with a keyword. */
export interface Block {
  /** `a peer`: with its article, as messages name it. */
  readonly phrase: string;
  /** What one item is called. */
  readonly item: string;
  /** Grammar rule of one item. */
  readonly itemRule: string;
}

const BLOCKS: Readonly<Record<string, Block>> = {
  policy: { phrase: 'a policy', item: 'statement', itemRule: 'statement' },
  speaker: { phrase: 'the speaker', item: 'setting', itemRule: 'speakerSetting' },
  attributeBlock: { phrase: 'a range', item: 'setting', itemRule: 'rangeSetting' },
  service: { phrase: 'a service block', item: 'setting', itemRule: 'serviceSetting' },
  filter: { phrase: 'a filter', item: 'rule', itemRule: 'filterRule' },
  peerBody: { phrase: 'a peer', item: 'setting', itemRule: 'peerSetting' },
  guard: { phrase: 'the guard', item: 'setting', itemRule: 'guardSetting' },
  test: { phrase: 'a test', item: 'item', itemRule: 'testItem' },
};

/** The block a grammar rule reads, if it reads one. */
export function blockOfRule(rule: string): Block | undefined {
  return BLOCKS[rule];
}

/** Rules of the blocks that are not called like the statement they stand in. */
const RULES: ReadonlyMap<string, string> = new Map([
  ['range', 'attributeBlock'],
  ['template', 'peerBody'],
  ['peer', 'peerBody'],
]);

/** Grammar rule of one item in the block of a statement, which its first word names. */
export function itemRuleOf(statement: string): string | undefined {
  const rule = RULES.get(statement) ?? statement;
  return Object.hasOwn(BLOCKS, rule) ? BLOCKS[rule]?.itemRule : undefined;
}

/** All blocks. */
export function allBlocks(): readonly Block[] {
  return Object.values(BLOCKS);
}

/** Words inside of a setting that look like settings, with a setting that has them. */
const PARTS: Readonly<Record<string, string>> = {
  port: 'address 192.0.2.1 port 1179',
  gateway: 'address gateway',
  interface: 'address fe80::1 interface "eth1"',
  internal: 'as internal',
  external: 'as external',
  interval: 'bfd interval 300ms',
  multiplier: 'bfd multiplier 3',
  'tcp-ao': 'authentication tcp-ao key-id 1 algorithm hmac-sha1',
  'key-id': 'authentication tcp-ao key-id 1 algorithm hmac-sha1',
  algorithm: 'authentication tcp-ao key-id 1 algorithm hmac-sha1',
  md5: 'authentication md5',
  env: 'password env "TOR_PASSWORD"',
  file: 'password file "/etc/bellbird/tor.key"',
  secret: 'password secret kube-system/tor key "password"',
  key: 'password secret kube-system/tor key "password"',
  ipv4: 'family ipv4',
  ipv6: 'family ipv6',
  self: 'next-hop self',
  where: 'nodes where label "rack"',
  http: 'wait-for http "http://127.0.0.1:10256/healthz"',
  label: 'as label "example.org/asn"',
  ready: 'endpoints ready',
  serving: 'endpoints serving',
  exact: 'advertise exact',
  'all-nodes': 'from all-nodes',
  'endpoint-nodes': 'from endpoint-nodes',
};

/** A setting of the block that has the word as a part: what to write instead of the word alone. */
export function settingWith(word: string, settings: readonly string[]): string | undefined {
  const example = Object.hasOwn(PARTS, word) ? PARTS[word] : undefined;
  return example !== undefined && settings.includes(example.split(' ', 1)[0] ?? '') ? example : undefined;
}
