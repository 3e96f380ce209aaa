// Made from the grammar by `npm run test:update`: which tokens lead into which alternative.

/** Rule → its choices → the rows of tokens of each alternative. Words of the language are in lower case. */
export const KNOWN_CHOICES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  refs: {
    'RepetitionMandatoryWithSeparator 0': 'Ref',
  },
  prefix: {
    'Alternation 0': 'Prefix4 | Prefix6 | Address4 | Address6 | Ref',
  },
  prefixes: {
    'RepetitionMandatoryWithSeparator 0': 'Prefix4, Prefix6, Address4, Address6, Ref',
  },
  prefixSet: {
    'Alternation 0': 'Prefix4, Prefix6, Address4, Address6, Ref | LeftParenthesis',
    'Repetition 0': 'Comma Prefix4, Comma Prefix6, Comma Address4, Comma Address6, Comma Ref',
    'Option 0': 'Comma',
  },
  address: {
    'Alternation 0': 'Address4 | Address6 | Ref',
  },
  asn: {
    'Alternation 0': 'Integer | AsDot | Ref',
  },
  asns: {
    'Alternation 0': 'Integer, AsDot, Ref | LeftParenthesis',
    'Repetition 0': 'Comma Integer, Comma AsDot, Comma Ref',
    'Option 0': 'Comma',
  },
  community: {
    'Alternation 0': 'StandardCommunity | LargeCommunity | ExtendedCommunity | WellKnown | Ref',
  },
  communities: {
    'RepetitionMandatoryWithSeparator 0': 'StandardCommunity, LargeCommunity, ExtendedCommunity, WellKnown, Ref',
  },
  communitySet: {
    'Alternation 0': 'StandardCommunity, LargeCommunity, ExtendedCommunity, WellKnown, Ref | LeftParenthesis',
    'Repetition 0':
      'Comma StandardCommunity, Comma LargeCommunity, Comma ExtendedCommunity, Comma WellKnown, Comma Ref',
    'Option 0': 'Comma',
  },
  paths: {
    'RepetitionMandatoryWithSeparator 0': 'Path',
  },
  addressKind: {
    'Alternation 0': 'cluster-ip | external-ip | load-balancer-ip',
  },
  fromObject: {
    'Alternation 0': 'label | annotation',
  },
  value: {
    'Alternation 0':
      'Integer | AsDot | Address4 | Address6 | Prefix4 | Prefix6 | StandardCommunity | LargeCommunity | ExtendedCommunity | WellKnown | Ref',
  },
  condition: {
    'Repetition 0': 'or',
  },
  conjunction: {
    'Repetition 0': 'and',
  },
  negation: {
    'Repetition 0': 'not',
    'Alternation 0':
      'LeftParenthesis | prefix, service, community, as-path, label, annotation, taint, name, namespace, type, class, traffic-policy, internal-traffic-policy, family, kind, zone, cordoned, length, range, med, local-pref, source, peer-type, interface, aggregate, exact',
  },
  term: {
    'Alternation 0':
      'prefix | service | community | as-path | label, annotation, taint, name, namespace, type, class, traffic-policy, internal-traffic-policy, family, kind, zone, cordoned, length, range, med, local-pref, source, peer-type, interface, aggregate, exact',
  },
  prefixTest: {
    'Alternation 0': 'not, in | EqualEqual | NotEqual',
    'Option 0': 'not',
  },
  fieldTest: {
    'Option 0': 'EqualEqual, NotEqual, LessEqual, Less, GreaterEqual, Greater, not, in, matches',
  },
  fieldTail: {
    'Alternation 0': 'EqualEqual, NotEqual, LessEqual, Less, GreaterEqual, Greater | not, in | matches',
    'Alternation 1': 'EqualEqual | NotEqual | LessEqual | Less | GreaterEqual | Greater',
    'Option 0': 'not',
  },
  operand: {
    'Alternation 0': 'Integer | Ref | local | remote | ipv4 | ipv6 | ebgp | ibgp',
  },
  operands: {
    'Repetition 0':
      'Comma Integer, Comma Ref, Comma local, Comma remote, Comma ipv4, Comma ipv6, Comma ebgp, Comma ibgp',
    'Option 0': 'Comma',
  },
  field: {
    'Alternation 0':
      'label, annotation, taint | name, namespace, type, class, traffic-policy, internal-traffic-policy, family, kind, zone, cordoned, length, range, med, local-pref, source, peer-type, interface, aggregate, exact',
  },
  keyedField: {
    'Alternation 0': 'label | annotation | taint',
  },
  plainField: {
    'Alternation 0':
      'name | namespace | type | class | traffic-policy | internal-traffic-policy | family | kind | zone | cordoned | length | range | med | local-pref | source | peer-type | interface | aggregate | exact',
  },
  attribute: {
    'Alternation 0': 'community | local-pref, med, prepend',
  },
  numberAttribute: {
    'Alternation 0': 'local-pref | med | prepend',
  },
  serviceSetting: {
    'Alternation 0':
      'advertise | from | to | require | endpoints | limit | advertise-delay | community, local-pref, med, prepend',
  },
  advertiseSetting: {
    'Alternation 0': 'exact | default | nothing',
    'Option 0': 'cluster-ip, external-ip, load-balancer-ip',
    'RepetitionMandatoryWithSeparator 0': 'cluster-ip, external-ip, load-balancer-ip',
  },
  fromSetting: {
    'Alternation 0': 'endpoint-nodes, all-nodes | nodes',
    'Alternation 1': 'endpoint-nodes | all-nodes',
    'Option 0': 'where',
  },
  toSetting: {
    'Alternation 0': 'all | Ref',
  },
  requireSetting: {
    'Alternation 0': 'endpoint | endpoints',
  },
  endpointsSetting: {
    'Alternation 0': 'ready-or-last | ready | serving',
  },
  limitSetting: {
    'Alternation 0': 'off | Integer',
    'Alternation 1': 'node | nodes',
  },
  filterRule: {
    'Alternation 0': 'accept | reject | update',
    'Option 0': 'if',
    'Option 1': 'then',
    'Option 2': 'if',
    'Option 3': 'if',
  },
  thenActions: {
    'RepetitionMandatoryWithSeparator 0': 'remove, community, local-pref, med, next-hop, prepend',
  },
  action: {
    'Alternation 0': 'remove, community | local-pref, med | next-hop | prepend',
    'Option 0': 'remove',
    'Alternation 1': 'local-pref | med',
  },
  nextHopAction: {
    'Alternation 0': 'self | keep | Address4, Address6, Ref',
  },
  prependAction: {
    'Alternation 0': 'Integer | as',
  },
  speakerSetting: {
    'Alternation 0':
      'as | router-id | listen | graceful-restart | wait-for | install | loop-protection | exclude-label',
    'Alternation 1': 'routes | nothing',
    'Alternation 2': 'off | drop | reject',
    'Alternation 3': 'on | off',
  },
  speakerAs: {
    'Alternation 0': 'label, annotation | Integer, AsDot, Ref',
  },
  addressOrObject: {
    'Alternation 0': 'label, annotation | Address4, Address6, Ref',
  },
  listen: {
    'Alternation 0': 'off | label, annotation, Address4, Address6, Ref',
    'Option 0': 'label, annotation, Address4, Address6, Ref',
  },
  durationOrOff: {
    'Alternation 0': 'off | Duration',
  },
  peerSetting: {
    'Alternation 0':
      'address | as | local-as | family | description | nodes | export, import | password | authentication | bfd | hold-time, keepalive, connect-retry | multihop, ttl-security | passive, add-paths, extended-next-hop, transit | source | graceful-restart | long-lived-graceful-restart | next-hop | import-limit, export-limit | allow-local-as | role',
  },
  peerAddress: {
    'Alternation 0': 'gateway | interface | label, annotation | in | Address4, Address6, Ref',
    'Option 0': 'port',
    'Option 1': 'interface',
  },
  asSetting: {
    'Alternation 0': 'internal | external | label, annotation | Integer, AsDot, Ref',
  },
  family: {
    'RepetitionMandatoryWithSeparator 0': 'ipv4, ipv6',
    'Alternation 0': 'ipv4 | ipv6',
  },
  nodes: {
    'Alternation 0': 'where | Ref',
  },
  filters: {
    'Alternation 0': 'export | import',
    'Alternation 1': 'all | nothing | Ref',
  },
  password: {
    'Alternation 0': 'off | env, file | secret',
    'Alternation 1': 'env | file',
  },
  authentication: {
    'Alternation 0': 'md5 | tcp-ao',
  },
  bfd: {
    'Option 0': 'off',
    'Repetition 0': 'interval, multiplier',
    'Alternation 0': 'interval | multiplier',
  },
  timer: {
    'Alternation 0': 'hold-time | keepalive | connect-retry',
  },
  hops: {
    'Alternation 0': 'multihop | ttl-security',
    'Option 0': 'Integer, off',
    'Alternation 1': 'Integer | off',
  },
  flag: {
    'Alternation 0': 'passive | add-paths | extended-next-hop | transit',
    'Option 0': 'off',
  },
  nextHopSetting: {
    'Alternation 0': 'self | keep | auto',
  },
  routeLimit: {
    'Alternation 0': 'import-limit | export-limit',
    'Alternation 1': 'off | Integer',
    'Alternation 2': 'warn | block | restart | disable',
  },
  allowLocalAs: {
    'Alternation 0': 'off | Integer',
  },
  role: {
    'Alternation 0': 'off | Ref',
  },
  policy: {
    'Repetition 0': 'include, let, speaker, range, exclude, service, filter, template, peer, guard, use, test',
  },
  statement: {
    'Alternation 0':
      'include | let | speaker | range | exclude | service | filter | template | peer | guard | use | test',
  },
  let: {
    'RepetitionMandatoryWithSeparator 0':
      'Integer, AsDot, Address4, Address6, Prefix4, Prefix6, StandardCommunity, LargeCommunity, ExtendedCommunity, WellKnown, Ref',
  },
  speaker: {
    'Repetition 0': 'as, router-id, listen, graceful-restart, wait-for, install, loop-protection, exclude-label',
  },
  range: {
    'Option 0': 'for',
    'Option 1': 'except',
    'Option 2': 'exact, aggregate',
    'Option 3': 'LeftBrace',
  },
  attributeBlock: {
    'Repetition 0': 'community, local-pref, med, prepend',
  },
  mode: {
    'Alternation 0': 'exact | aggregate',
    'Option 0': 'Length',
    'Option 1': 'when',
  },
  lengths: {
    'RepetitionMandatoryWithSeparator 0': 'Length',
  },
  exclude: {
    'Alternation 0': 'nodes | services | prefixes',
  },
  serviceSelection: {
    'Alternation 0': 'Path | where',
    'Option 0': 'where',
  },
  service: {
    'Alternation 0': 'Path | where',
    'Option 0': 'where',
    'Repetition 0':
      'advertise, from, to, require, endpoints, limit, advertise-delay, community, local-pref, med, prepend',
  },
  filter: {
    'Repetition 0': 'accept, reject, update',
  },
  peer: {
    'Option 0': 'from',
  },
  peerBody: {
    'Repetition 0':
      'address, as, local-as, family, description, nodes, export, import, password, authentication, bfd, hold-time, keepalive, connect-retry, multihop, ttl-security, passive, add-paths, extended-next-hop, transit, source, graceful-restart, long-lived-graceful-restart, next-hop, import-limit, export-limit, allow-local-as, role',
  },
  guard: {
    'Repetition 0': 'max-routes, max-withdraw, confirm',
  },
  guardSetting: {
    'Alternation 0': 'max-routes | max-withdraw | confirm',
    'Alternation 1': 'Percent | Integer',
  },
  test: {
    'Repetition 0': 'cluster, expect',
  },
  testItem: {
    'Alternation 0': 'cluster | expect',
  },
  expect: {
    'Alternation 0': 'advertises | withholds',
    'Option 0': 'to',
    'Option 1': 'with',
    'RepetitionMandatoryWithSeparator 0': 'community, local-pref, med, prepend',
  },
  expectedNodes: {
    'Alternation 0': 'every | no | Ref',
  },
  expectedPrefixes: {
    'Alternation 0': 'prefix | Prefix4, Prefix6, Address4, Address6, Ref',
  },
  expectedAttribute: {
    'Alternation 0': 'community | local-pref, med, prepend',
    'Alternation 1': 'local-pref | med | prepend',
  },
};
