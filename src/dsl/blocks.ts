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

/** All blocks. */
export function allBlocks(): readonly Block[] {
  return Object.values(BLOCKS);
}

/** Words that other routing configurations use for something this language has. */
const HABITS: Readonly<Record<string, string>> = {
  neighbor: 'peer',
  neighbour: 'peer',
  pool: 'range',
  bgp: 'speaker',
  define: 'let',
  const: 'let',
  var: 'let',
  set: 'let',
  'prefix-list': 'let',
  'route-map': 'filter',
  group: 'template',
  'remote-as': 'as',
  asn: 'as',
  'peer-as': 'as',
  'local-preference': 'local-pref',
  metric: 'med',
  permit: 'accept',
  deny: 'reject',
  announce: 'advertise',
  'update-source': 'source',
  'local-address': 'source',
  'ebgp-multihop': 'multihop',
  holdtime: 'hold-time',
  'route-reflector-client': 'role',
};

/** The word of this language for a word of another one. */
export function habitOf(word: string): string | undefined {
  return HABITS[word];
}
