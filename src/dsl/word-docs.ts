// What every statement, setting, rule and action means, one entry a word: hover and completion show it. The words are
// the grammar's; a test fails if one is missing here or is none of the grammar's any more.

/** One entry. `syntax` is what may follow, in the notation of the grammar. */
export interface WordDoc {
  readonly syntax: string;
  /** What holds where it is not written; none where it must be, or where that says nothing. */
  readonly default?: string;
  /** One or two sentences of Markdown. */
  readonly doc: string;
}

type Docs = Readonly<Record<string, WordDoc>>;

const ATTRIBUTES: Docs = {
  community: { syntax: 'community V, …', doc: 'Adds communities to the route. Communities of several places add up.' },
  'local-pref': {
    syntax: 'local-pref N',
    doc: 'Sets the local preference, which internal peers compare first; more is better.',
  },
  med: { syntax: 'med N', doc: 'Sets the multi-exit discriminator; less is better.' },
  prepend: {
    syntax: 'prepend N',
    doc: 'Puts the local AS of the session N more times (1 to 16) in front of the AS path, which makes the route less preferred.',
  },
};

const RESTART: WordDoc = {
  syntax: 'graceful-restart DURATION | off',
  default: '30s',
  doc: 'How long peers keep the routes while BIRD restarts. BIRD waits at most half of it for slow peers before it exports.',
};

const STATEMENTS: Docs = {
  include: {
    syntax: 'include "glob"',
    doc: 'Stands for the text of more files, relative to this one, in lexical order. Each file counts once.',
  },
  let: {
    syntax: 'let NAME = VALUE, …',
    doc: 'Names values of one type (communities, AS numbers, prefixes or strings), usable wherever a value of that type is.',
  },
  speaker: { syntax: 'speaker { … }', doc: 'The local BGP speaker of every node: exactly one in a policy.' },
  range: {
    syntax: 'range NAME KIND PREFIX, … [for PATH, …] [except PREFIX, …] [MODE] [{ attributes }]',
    doc: 'Addresses that may be advertised. Nothing leaves unless a range covers it.',
  },
  exclude: {
    syntax: 'exclude nodes where COND | services PATH, … [where COND] | prefixes PREFIX, …',
    doc: 'What is never advertised. Exclusion always wins, whatever a range or a service block says.',
  },
  service: {
    syntax: 'service PATH [where COND] { … }',
    doc: 'Overrides for the services that match. A later block overrides what an earlier one set, and communities add up: write the general before the special.',
  },
  filter: {
    syntax: 'filter NAME { RULE… }',
    doc: 'Rules that a peer applies to routes it exports or imports. The first deciding rule wins; a route that no rule decides is rejected, or goes to the next filter of the peer.',
  },
  template: {
    syntax: 'template NAME { … }',
    doc: 'Settings that several peers share. A peer replaces what it sets itself.',
  },
  peer: { syntax: 'peer NAME [from TEMPLATE] { … }', doc: 'A BGP session with the router at an address.' },
  guard: { syntax: 'guard { … }', doc: 'Limits on what one change may do, on each node.' },
  use: { syntax: 'use calico', doc: "Also takes the cluster's live BGPConfiguration, BGPPeer and BGPFilter objects." },
  test: {
    syntax: 'test "NAME" { cluster "FILE" expect … }',
    doc: 'A test of this policy, run by `bellbird test` against the cluster that it names.',
  },
};

const SPEAKER: Docs = {
  as: {
    syntax: 'as N | label "k" | annotation "k"',
    doc: 'The AS number of this cluster, or where each Node object has its own.',
  },
  'router-id': {
    syntax: 'router-id ADDRESS | label "k" | annotation "k"',
    default: "the node's first IPv4 InternalIP, else a 32-bit hash of its name",
    doc: 'The BGP identifier of a node. A running BIRD keeps the one it has.',
  },
  listen: {
    syntax: 'listen [ADDRESS | label "k" | annotation "k"] port N | off',
    default: 'all addresses, port 179',
    doc: 'Where BIRD accepts sessions. `off` leaves it a free high port on loopback.',
  },
  'graceful-restart': RESTART,
  'wait-for': {
    syntax: 'wait-for http "URL"',
    default: 'none',
    doc: 'After a boot nothing is advertised before this URL has answered 200. It never withdraws. May repeat.',
  },
  install: {
    syntax: 'install routes | nothing',
    default: 'nothing',
    doc: 'Whether imported routes are written to the kernel (`routes` needs `CAP_NET_ADMIN`) or stay in BIRD.',
  },
  'loop-protection': {
    syntax: 'loop-protection off | drop | reject',
    default: 'off',
    doc: 'Drops packets forwarded for an address of an aggregate that no service took, instead of sending them back to the router until their TTL ends (needs `CAP_NET_ADMIN` and `ip`).',
  },
  'exclude-label': {
    syntax: 'exclude-label on | off',
    default: 'on',
    doc: 'Whether nodes with the label `node.kubernetes.io/exclude-from-external-load-balancers` are excluded.',
  },
};

const RANGE_CLAUSES: Docs = {
  for: { syntax: 'for PATH, …', default: 'all services', doc: 'Whose services may use the addresses.' },
  except: { syntax: 'except PREFIX, …', doc: 'Leaves prefixes out of this range. Another range may cover them.' },
  exact: { syntax: 'exact', doc: 'One /32 or /128 per service address, and no aggregate.' },
  aggregate: {
    syntax: 'aggregate [/N[, /N]] [when used]',
    doc: "Every node that is not excluded advertises the range's prefixes, or blocks of the length given; `when used`: only while an eligible service in them has a usable endpoint. Services with traffic policy Local get their exact route as well.",
  },
};

const SERVICE: Docs = {
  advertise: {
    syntax: 'advertise exact | default | nothing [KIND, …]',
    default: 'default: as the range says',
    doc: 'How the addresses are advertised, all of them or those of the kinds given.',
  },
  from: {
    syntax: 'from endpoint-nodes | all-nodes [where COND]; from nodes where COND',
    default: 'by traffic policy',
    doc: 'Which nodes originate the exact route. `where` only narrows.',
  },
  to: {
    syntax: 'to PEER | TEMPLATE, … | all',
    default: 'all',
    doc: 'The only peers that are offered its exact routes. A template stands for its peers.',
  },
  require: {
    syntax: 'require N endpoints',
    default: '1',
    doc: 'Usable endpoints needed: on the node for `endpoint-nodes`, else in the cluster.',
  },
  endpoints: {
    syntax: 'endpoints ready-or-last | ready | serving',
    default: 'ready-or-last',
    doc: 'Which endpoints count as usable.',
  },
  limit: {
    syntax: 'limit N nodes | off',
    default: 'off',
    doc: 'At most N nodes originate the route, chosen by a hash of node and prefix that moves as little as possible.',
  },
  'advertise-delay': {
    syntax: 'advertise-delay DURATION',
    default: '0s',
    doc: 'Advertised only after it has been due for this long. Withdrawal is never delayed.',
  },
  ...ATTRIBUTES,
};

const RULES: Docs = {
  accept: {
    syntax: 'accept [if COND] [then ACTION, …]',
    doc: 'Lets the route pass, changed by the actions; no later rule is asked.',
  },
  reject: { syntax: 'reject [if COND]', doc: 'Stops the route; no later rule is asked.' },
  update: { syntax: 'update [if COND] then ACTION, …', doc: 'Changes the route and goes on with the next rule.' },
};

const ACTIONS: Docs = {
  ...ATTRIBUTES,
  community: { syntax: 'community V | (V, …)', doc: 'Adds communities to the route.' },
  remove: { syntax: 'remove community V | (V, …)', doc: 'Takes communities off the route.' },
  prepend: {
    syntax: 'prepend N | as AS | as (AS, …)',
    doc: 'Puts AS numbers in front of the AS path: the local AS N times (1 to 16), or those given.',
  },
  'next-hop': { syntax: 'next-hop self | keep | ADDRESS', doc: 'Sets where traffic for the route is sent.' },
};

const PEER: Docs = {
  address: {
    syntax: 'address ADDRESS [port N] [interface "eth1"] | gateway | label "k" | interface "eth1" | in PREFIX',
    doc: "Where the peer is: an address, the node's default gateway, a value of the Node object, the neighbour on a link (unnumbered), or any address of a prefix that connects (dynamic).",
  },
  as: {
    syntax: 'as N | internal | external | label "k"',
    doc: 'The AS number of the peer; `internal` is the local one, `external` any other.',
  },
  'local-as': {
    syntax: 'local-as N',
    default: "the speaker's",
    doc: 'The AS number that this session shows to the peer.',
  },
  family: { syntax: 'family ipv4, ipv6', default: 'both', doc: 'The address families whose routes are exchanged.' },
  description: { syntax: 'description "…"', default: 'none', doc: 'Text for people, shown by `bellbird peers`.' },
  nodes: { syntax: 'nodes where COND | NAME, …', default: 'every node', doc: 'The nodes that open this session.' },
  export: {
    syntax: 'export FILTER, … | all | nothing',
    default: 'all',
    doc: 'Filters for what is advertised to the peer, asked in this order. Only what this policy originates is exported, unless the peer has `transit`.',
  },
  import: {
    syntax: 'import FILTER, … | all | nothing',
    default: 'nothing',
    doc: 'Filters for what is taken from the peer.',
  },
  password: {
    syntax: 'password env "VAR" | file "PATH" | secret NAMESPACE/NAME key "K" | off',
    default: 'none',
    doc: 'Where the password of the session is. It never stands in a policy, and a session whose password is missing is not opened.',
  },
  authentication: {
    syntax: 'authentication md5 | tcp-ao key-id N algorithm A',
    default: 'md5 where a password is given',
    doc: 'How the password is used.',
  },
  bfd: {
    syntax: 'bfd [interval DURATION] [multiplier N] | off',
    default: 'off',
    doc: 'Notices a dead path within a second or less, by packets of its own.',
  },
  'hold-time': {
    syntax: 'hold-time DURATION',
    default: '30s',
    doc: 'A session without a message for this long is down.',
  },
  keepalive: {
    syntax: 'keepalive DURATION',
    default: '10s',
    doc: 'How often a message is sent when there is nothing to say.',
  },
  'connect-retry': {
    syntax: 'connect-retry DURATION',
    default: '5s',
    doc: 'Time between attempts to open the session.',
  },
  multihop: {
    syntax: 'multihop [N] | off',
    default: 'off: a direct session',
    doc: 'The peer is up to N routers away.',
  },
  'ttl-security': {
    syntax: 'ttl-security [N] | off',
    default: 'off',
    doc: 'Accepts only packets that have come over at most N hops (RFC 5082).',
  },
  passive: { syntax: 'passive [off]', default: 'off', doc: 'Waits for the peer to open the session.' },
  source: {
    syntax: 'source ADDRESS | label "k" | annotation "k"',
    default: 'the address of the interface towards the peer',
    doc: 'The local address of the session.',
  },
  'graceful-restart': { ...RESTART, default: "the speaker's" },
  'long-lived-graceful-restart': {
    syntax: 'long-lived-graceful-restart DURATION | off',
    default: 'off',
    doc: 'How long peers keep the routes, less preferred, after graceful restart has run out (RFC 9494).',
  },
  'next-hop': {
    syntax: 'next-hop self | keep | auto',
    default: 'auto',
    doc: 'The next hop that routes get on this session.',
  },
  'import-limit': {
    syntax: 'import-limit N warn | block | restart | disable; off',
    default: 'none',
    doc: 'What happens when the peer sends more than N routes.',
  },
  'export-limit': {
    syntax: 'export-limit N warn | block | restart | disable; off',
    default: 'none',
    doc: 'What happens when more than N routes would be advertised to the peer.',
  },
  transit: {
    syntax: 'transit [off]',
    default: 'off',
    doc: 'Lets the export filters see routes learned from other peers (`source == remote`), which are otherwise never exported.',
  },
  'add-paths': { syntax: 'add-paths [off]', default: 'off', doc: 'Exchanges several paths for one prefix (RFC 7911).' },
  'extended-next-hop': {
    syntax: 'extended-next-hop [off]',
    default: 'off',
    doc: 'Allows an IPv6 next hop for IPv4 routes (RFC 8950).',
  },
  'allow-local-as': {
    syntax: 'allow-local-as N | off',
    default: 'off',
    doc: 'Accepts routes whose AS path has the local AS up to N times.',
  },
  role: { syntax: 'role ROLE | off', default: 'off', doc: 'The role of this side, against route leaks (RFC 9234).' },
};

const GUARD: Docs = {
  'max-withdraw': {
    syntax: 'max-withdraw N% | N within DURATION',
    doc: 'A change that would withdraw more than this within the time leaves those routes advertised, until `bellbird confirm`.',
  },
  'max-routes': { syntax: 'max-routes N', doc: 'Routes beyond N are not advertised, in prefix order, with an alarm.' },
  confirm: {
    syntax: 'confirm within DURATION',
    doc: 'After a change of the policy: if a session that was up before is down then, the previous policy is put back.',
  },
};

const TEST: Docs = {
  cluster: {
    syntax: 'cluster "FILE OR FOLDER"',
    doc: 'Manifests that the test runs against, relative to this file; `kubectl get -o yaml` output will do. May repeat.',
  },
  expect: {
    syntax:
      'expect NODE | every node | no node advertises | withholds PREFIX | prefix in P [to PEER] [with ATTRIBUTE and …]',
    doc: '`advertises P`: that very prefix is offered, after filters, to the peer named, else to at least one. `withholds P`: it is offered to no such peer.',
  },
};

const BY_RULE: Readonly<Record<string, Docs>> = {
  statement: STATEMENTS,
  range: RANGE_CLAUSES,
  mode: RANGE_CLAUSES,
  speakerSetting: SPEAKER,
  rangeSetting: ATTRIBUTES,
  serviceSetting: SERVICE,
  filterRule: RULES,
  action: ACTIONS,
  peerSetting: PEER,
  guardSetting: GUARD,
  testItem: TEST,
};

/** What a word means as the first one of a grammar rule: `statement`, `peerSetting`, `filterRule`, `action` and so on. */
export function wordDoc(rule: string, word: string): WordDoc | undefined {
  const docs = BY_RULE[rule];
  return docs !== undefined && Object.hasOwn(docs, word) ? docs[word] : undefined;
}

/** Every documented word of a grammar rule. */
export function documentedWords(rule: string): readonly string[] {
  return Object.keys(BY_RULE[rule] ?? {}).sort();
}
