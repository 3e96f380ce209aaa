// Words of other routing configurations (FRR, BIRD, Calico, MetalLB and their YAML) → what this language has for them: a
// word of its own, or a sentence where one word is not enough.

/** Word, in lower case → words that it may stand for; the first one that fits the place is meant. */
const HABITS: Readonly<Record<string, readonly string[]>> = {
  neighbor: ['peer', 'address'],
  neighbour: ['peer', 'address'],
  bgppeer: ['peer'],
  pool: ['range'],
  'ip-pool': ['range'],
  define: ['let'],
  const: ['let'],
  var: ['let'],
  'prefix-list': ['let'],
  'community-list': ['let'],
  bgpfilter: ['filter'],
  group: ['template'],
  'peer-group': ['template'],
  asn: ['as'],
  'remote-as': ['as'],
  'peer-as': ['as'],
  'peer-asn': ['as'],
  peerasn: ['as'],
  'my-asn': ['as'],
  'my-as': ['as'],
  myasn: ['as'],
  asnumber: ['as'],
  'as-number': ['as'],
  peerip: ['address'],
  'peer-ip': ['address'],
  peeraddress: ['address'],
  'peer-address': ['address'],
  ip: ['address'],
  'local-preference': ['local-pref'],
  localpref: ['local-pref'],
  localpreference: ['local-pref'],
  metric: ['med'],
  permit: ['accept'],
  allow: ['accept'],
  deny: ['reject'],
  drop: ['reject'],
  announce: ['advertise'],
  announces: ['advertises'],
  receives: ['advertises'],
  assert: ['expect'],
  'update-source': ['source'],
  'local-address': ['source'],
  sourceaddress: ['source'],
  'source-address': ['source'],
  'ebgp-multihop': ['multihop'],
  ebgpmultihop: ['multihop'],
  holdtime: ['hold-time'],
  routerid: ['router-id'],
  any: ['all'],
  lb: ['load-balancer-ip'],
  loadbalancer: ['load-balancer-ip'],
  vip: ['load-balancer-ip'],
  clusterip: ['cluster-ip'],
  externalip: ['external-ip'],
  'large-community': ['community'],
  'ext-community': ['community'],
  communities: ['community'],
  withdraws: ['withholds'],
  denies: ['withholds'],
  rejects: ['withholds'],
  hides: ['withholds'],
  none: ['nothing'],
  extends: ['from'],
  inherits: ['from'],
  uses: ['from'],
};

/** The word of this language for a word of another one, of those that can stand there. */
export function habitOf(word: string, known: readonly string[]): string | undefined {
  return lookUp(HABITS, word.toLowerCase())?.find((habit) => known.includes(habit));
}

/** Words that this language has for it anywhere. */
export function habitsOf(word: string): readonly string[] {
  return lookUp(HABITS, word.toLowerCase()) ?? [];
}

const RANGE =
  'write for example `range vips load-balancer-ip 198.51.100.0/24`: a name, the kind of address, the prefixes';
const PEER = 'write `peer tor-a { address 192.0.2.1  as 64500 }` for each neighbor';
const FILTER = 'write `filter to-fabric { accept if prefix in 198.51.100.0/24 }`';
const ADDITIVE = 'leave it out: `community` adds to those that are there';
const COMMENT = 'a comment starts with `#`';
const FLAG = 'leave it out: a flag is on where its word stands';
const NODES = 'write for example `nodes where label "rack" == "a1"`';
const LOCAL = 'it is a field of the Service: ask for it with `where traffic-policy == local`';
/** About a manifest in the place of a policy; such a file is told once. */
export const MANIFEST = 'a policy is no manifest: write for example `peer tor-a { address 192.0.2.1  as 64500 }`';

/** Grammar rule of the item → word, in lower case → what to do instead. */
const ADVICE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  statement: {
    router: 'write `speaker { as 64512 }` for this side, and a `peer` for each neighbor',
    network: RANGE,
    networks: RANGE,
    advertise: RANGE,
    announce: RANGE,
    'address-pool': RANGE,
    addresspool: RANGE,
    ipaddresspool: RANGE,
    ippool: RANGE,
    'bgp-advertisement':
      'a `range` is advertised without it; attributes stand in its block, in a `service` or in a `filter`',
    bgpadvertisement:
      'a `range` is advertised without it; attributes stand in its block, in a `service` or in a `filter`',
    apiversion: MANIFEST,
    kind: MANIFEST,
    metadata: MANIFEST,
    spec: MANIFEST,
    '---': MANIFEST,
    '{': MANIFEST,
    ciliumbgppeeringpolicy: PEER,
    ciliumbgpclusterconfig: PEER,
    ciliumbgppeerconfig: PEER,
    ciliumbgpadvertisement: RANGE,
    ciliumloadbalancerippool: RANGE,
    bgpconfiguration: 'write `speaker { as 64512 }`',
    'local-as': 'write `speaker { as 64512 }`',
    as: 'write `speaker { as 64512 }`',
    bgp: 'write `speaker { as 64512 }` for this side, and a `peer` for each neighbor',
    protocol: PEER,
    protocols: PEER,
    set: 'write for example `peer tor-a { address 192.0.2.1  as 64500 }`, with the settings in braces',
    ip: 'write `let NAME = 198.51.100.0/24, …` for a list of prefixes',
    ipv6: 'write `let NAME = 2001:db8::/32, …` for a list of prefixes',
    'route-map': FILTER,
    'policy-statement': FILTER,
    'policy-options': FILTER,
    'policy-map': FILTER,
    'bgp-community': 'write `let NAME = 64512:100`',
    function: FILTER,
    if: FILTER,
    accept: FILTER,
    reject: FILTER,
    interface: 'write `peer NAME { address interface "eth1"  as external }` for a peer on a link',
    vrf: 'leave it out: a policy is for one routing table',
    log: 'leave it out: the level of the log is an option of `bellbird run`',
    hostname: 'leave it out: nodes have the names that Kubernetes knows',
    '--': COMMENT,
    '!': COMMENT,
    '%': COMMENT,
  },
  speakerSetting: {
    local: 'write `as 64512`: the speaker is this side',
    'address-family': 'leave it out: a peer carries both families, or those behind its `family`',
    peer: 'a `peer` stands beside the `speaker`, not in it',
    neighbor: 'write `peer NAME { … }` beside the `speaker`',
    network: RANGE,
  },
  peerSetting: {
    'route-map': 'write `export FILTER` or `import FILTER`',
    'prefix-list': 'write `export FILTER` or `import FILTER`',
    filter: 'write `export FILTER` or `import FILTER`',
    filters: 'write `export FILTER` or `import FILTER`',
    network: 'what is advertised stands in a `range`, for all peers',
    'node-selector': NODES,
    nodeselector: NODES,
    nodeselectors: NODES,
    node: NODES,
    on: FLAG,
    true: FLAG,
    yes: FLAG,
    enable: FLAG,
    enabled: FLAG,
    activate: FLAG,
    'next-hop-self': 'write `next-hop self`',
    'send-community': 'leave it out: communities are always sent',
    'soft-reconfiguration': 'leave it out: a changed import filter is applied without a new session',
    weight: 'write an `import` filter with `then local-pref N`',
    'address-family': 'write `family ipv4`, or leave it out for both families',
    interface: 'write `address interface "eth1"` for whoever is on that link',
    shutdown: 'leave the peer out: what is not in the policy is not there',
    additive: ADDITIVE,
    'as-path': 'write a filter with `accept then prepend N`, and name it behind `export`',
    'route-reflector-client': 'leave it out: only routes of this policy are sent to internal peers',
    timers: 'write `hold-time 30s  keepalive 10s`',
    'maximum-prefix': 'write `import-limit N restart`',
    'max-prefix': 'write `import-limit N restart`',
    unicast: 'leave it out: `family ipv4` is unicast',
    'allowas-in': 'write `allow-local-as N`',
    'local-preference': 'write a filter with `accept then local-pref N`, and name it behind `export` or `import`',
    'local-pref': 'write a filter with `accept then local-pref N`, and name it behind `export` or `import`',
    med: 'write a filter with `accept then med N`, and name it behind `export`',
    community: 'write a filter with `accept then community V`, and name it behind `export`',
    prepend: 'write a filter with `accept then prepend N`, and name it behind `export`',
  },
  serviceSetting: {
    externaltrafficpolicy: LOCAL,
    'traffic-policy': LOCAL,
    weight: 'write `local-pref N` for internal peers, or `med N` for external ones',
    peers: 'write `to NAME, …`',
    peer: 'write `to NAME, …`',
    nodes: 'write `from nodes where label "rack" == "a1"`',
    'node-selector': 'write `from nodes where label "rack" == "a1"`',
    nodeselector: 'write `from nodes where label "rack" == "a1"`',
  },
  testItem: {
    from: 'write `to PEER`',
    with: 'write `with ATTRIBUTE and …` behind the prefix or the peer',
  },
  filterRule: {
    if: 'the verdict comes first: `accept if CONDITION`, `reject if CONDITION`',
    match: 'write `accept if CONDITION`, for example `accept if prefix in 198.51.100.0/24`',
    term: 'write `accept if CONDITION`, one rule after the other',
    rule: 'write `accept if CONDITION`, one rule after the other',
    set: 'write `update then community V`, or put it behind the `then` of a rule',
    community: 'write `update then community V`, or put it behind the `then` of a rule',
    med: 'write `update then med N`, or put it behind the `then` of a rule',
    'local-pref': 'write `update then local-pref N`, or put it behind the `then` of a rule',
    is: 'compare with `==`',
    equals: 'compare with `==`',
    between: 'write `length >= N and length <= M`',
    contains: 'write `community V`, or `matches "…"` for text',
    all: 'leave it out: a rule without `if` takes every route',
    additive: ADDITIVE,
    else: 'write a rule for it: rules are asked in order, and the first that decides wins',
    next: 'leave it out: a route that no rule decides goes on by itself',
    continue: 'leave it out: a route that no rule decides goes on by itself',
    return: 'leave it out: a route that no rule decides goes on by itself',
    'as-path': 'write `update then prepend N`, or put it behind the `then` of a rule',
    le: 'write `prefix in P and length <= N`',
    ge: 'write `prefix in P and length >= N`',
  },
};

/** What to do instead of an item that starts with the word, where one word is not enough. */
export function adviceFor(word: string, itemRule: string): string | undefined {
  const advice = lookUp(ADVICE, itemRule);
  return advice === undefined ? undefined : lookUp(advice, word.toLowerCase());
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
