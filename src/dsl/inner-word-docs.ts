// What the words inside of a statement or setting mean, by the word they belong to: `serving` of `endpoints`, `customer` of
// `role`. Hover and completion show it; a test holds that no word of the grammar is without documentation.

import type { WordDoc } from './word-docs.ts';

/** The words of one owner. `form` is how they are written, with `_` for the word. */
interface Owned {
  readonly form: string;
  readonly words: Readonly<Record<string, string>>;
}

const KINDS = {
  'cluster-ip': 'Addresses of `spec.clusterIPs`, which every Service but a headless one has.',
  'external-ip': 'Addresses of `spec.externalIPs`, which anyone may write who may write Services.',
  'load-balancer-ip': 'Addresses of `status.loadBalancer`, which a controller gave to a Service of type LoadBalancer.',
};

const FAMILIES = { ipv4: 'IPv4.', ipv6: 'IPv6.' };

const OBJECT = {
  label: 'The value of this label of the Node object, so that each node has its own.',
  annotation: 'The value of this annotation of the Node object, so that each node has its own.',
};

const FILTERS = { all: 'Every route; no filter is asked.', nothing: 'No route at all.' };

const LIMIT_ACTIONS = {
  warn: 'Only says so in the log and in `status`; the routes pass.',
  block: 'Routes beyond the limit are not taken; those below stay.',
  restart: 'Closes the session and opens it again after a while.',
  disable: 'Closes the session until somebody opens it again.',
};

const OWNED: Readonly<Record<string, Owned>> = {
  range: { form: 'range NAME _ PREFIX, …', words: KINDS },
  kind: { form: 'kind == _', words: KINDS },
  advertise: {
    form: 'advertise _',
    words: {
      ...KINDS,
      exact: 'Exact routes, also where the range has aggregates.',
      default: 'As the range says.',
      nothing: 'No exact route; an aggregate may still cover the address.',
    },
  },
  exclude: {
    form: 'exclude _',
    words: {
      nodes: 'Nodes that advertise no service address.',
      services: 'Services that count as absent.',
      prefixes: 'Prefixes that no advertised route may cover, aggregate or exact.',
    },
  },
  from: {
    form: 'from _',
    words: {
      'endpoint-nodes': 'Only nodes that run a usable endpoint of the service originate its exact route.',
      'all-nodes': 'Every node that is not excluded originates the exact route.',
      nodes: 'The nodes that originate the exact route, as far as traffic policy allows.',
    },
  },
  peer: { form: 'peer NAME _ TEMPLATE { … }', words: { from: 'The template whose settings this peer takes over.' } },
  to: { form: 'to _', words: { all: 'Every peer.' } },
  require: { form: 'require N _', words: { endpoint: 'Usable endpoints.', endpoints: 'Usable endpoints.' } },
  endpoints: {
    form: 'endpoints _',
    words: {
      'ready-or-last': 'Ready endpoints; while there is none, those that still serve although they are ending.',
      ready: 'Ready endpoints only.',
      serving: 'Endpoints that serve, also while they are ending.',
    },
  },
  limit: {
    form: 'limit N _',
    words: {
      node: 'Nodes that originate the route at the same time.',
      nodes: 'Nodes that originate the route at the same time.',
    },
  },
  'next-hop': {
    form: 'next-hop _',
    words: {
      self: 'The local address of the session, so that traffic comes to this node.',
      keep: 'The next hop as the route has it.',
      auto: 'As BGP itself has it: self towards external peers.',
    },
  },
  prepend: { form: 'prepend _ AS', words: { as: 'The AS numbers to put in front, instead of the local one.' } },
  listen: { form: 'listen [ADDRESS] _ N', words: { ...OBJECT, port: 'The TCP port where BIRD accepts sessions.' } },
  address: {
    form: 'address _',
    words: {
      ...OBJECT,
      gateway: "The node's default gateway with the lowest metric.",
      interface: 'The neighbour on this link, found by its router advertisements (unnumbered).',
      in: 'Any address of this prefix that connects (dynamic).',
      port: 'The TCP port of the peer, where it is not 179.',
    },
  },
  as: {
    form: 'as _',
    words: {
      ...OBJECT,
      internal: 'The local AS: an internal session (iBGP). No AS is added to the path, and local-pref is sent.',
      external: 'Any AS but the local one: an external session (eBGP) with whoever it is.',
    },
  },
  'router-id': { form: 'router-id _ "k"', words: OBJECT },
  source: {
    form: 'source _',
    words: { ...OBJECT, local: 'Originated by this policy.', remote: 'Learned from a peer.' },
  },
  family: { form: 'family _', words: FAMILIES },
  export: { form: 'export _', words: FILTERS },
  import: { form: 'import _', words: FILTERS },
  password: {
    form: 'password _',
    words: {
      env: 'An environment variable of the agent.',
      file: 'A file on the node; white space around the password does not count.',
      secret: 'A Secret of the cluster, read through the API.',
      key: 'The entry of the Secret.',
    },
  },
  authentication: {
    form: 'authentication _',
    words: {
      md5: 'TCP MD5 signatures (RFC 2385), which every router has.',
      'tcp-ao': 'The TCP Authentication Option (RFC 5925), where kernel and peer have it.',
      'key-id': 'The number of the key, the same on both sides.',
      algorithm: 'How messages are signed, the same on both sides.',
    },
  },
  algorithm: {
    form: 'authentication tcp-ao key-id N algorithm _',
    words: {
      'hmac-sha1': 'HMAC-SHA-1-96, which every implementation of TCP-AO has (RFC 5926).',
      'cmac-aes128': 'AES-128-CMAC-96, which every implementation of TCP-AO has (RFC 5926).',
      'hmac-md5': 'HMAC-MD5, for old peers only.',
      'hmac-sha256': 'HMAC-SHA-256.',
      'hmac-sha384': 'HMAC-SHA-384.',
      'hmac-sha512': 'HMAC-SHA-512.',
    },
  },
  bfd: {
    form: 'bfd [_ …]',
    words: {
      interval: 'Time between two packets, in both directions.',
      multiplier: 'So many packets missing in a row mean that the path is dead.',
    },
  },
  'import-limit': { form: 'import-limit N _', words: LIMIT_ACTIONS },
  'export-limit': { form: 'export-limit N _', words: LIMIT_ACTIONS },
  role: {
    form: 'role _',
    words: {
      provider: 'This side sells transit to the peer.',
      customer: 'This side buys transit from the peer.',
      peer: 'Both sides exchange their own and their customers’ routes only.',
      'rs-server': 'This side is a route server.',
      'rs-client': 'The peer is a route server.',
    },
  },
  'wait-for': { form: 'wait-for _ "URL"', words: { http: 'A GET request that is answered with 200.' } },
  install: {
    form: 'install _',
    words: {
      routes: 'Imported routes go to the kernel; needs `CAP_NET_ADMIN`.',
      nothing: 'Imported routes stay in BIRD.',
    },
  },
  'loop-protection': {
    form: 'loop-protection _',
    words: {
      off: 'Such packets go back to the router, and come again, until their TTL ends.',
      drop: 'Such packets vanish.',
      reject: 'Whoever sent such a packet is told that the address is unreachable.',
    },
  },
  'exclude-label': {
    form: 'exclude-label _',
    words: { on: 'Nodes with the label are excluded.', off: 'The label means nothing.' },
  },
  type: {
    form: 'type == _',
    words: {
      ClusterIP: 'A Service with cluster IPs only.',
      NodePort: 'A Service that also has a port on every node.',
      LoadBalancer: 'A Service that also has addresses of a load balancer.',
    },
  },
  'traffic-policy': {
    form: 'traffic-policy == _',
    words: {
      cluster: 'Any node passes traffic on to an endpoint, wherever that runs.',
      local: 'A node serves traffic only with endpoints of its own.',
    },
  },
  'internal-traffic-policy': {
    form: 'internal-traffic-policy == _',
    words: {
      cluster: 'Traffic from inside may go to endpoints of any node.',
      local: 'Traffic from inside goes to endpoints of the same node only.',
    },
  },
  'peer-type': {
    form: 'peer-type == _',
    words: {
      ebgp: 'The session is with another AS (external).',
      ibgp: 'The session is within the local AS (internal).',
    },
  },
  'as-path': { form: 'as-path _ AS', words: { starts: 'The path begins with these AS numbers, the nearest first.' } },
  aggregate: {
    form: 'aggregate [/N] when used',
    words: {
      when: 'A prefix or block only while an eligible service in it has a usable endpoint.',
      used: 'A prefix or block only while an eligible service in it has a usable endpoint.',
    },
  },
  'max-withdraw': { form: 'max-withdraw N% _ DURATION', words: { within: 'The time that is looked back over.' } },
  confirm: { form: 'confirm _ DURATION', words: { within: 'How long the new policy has to keep the sessions up.' } },
  use: { form: 'use _', words: { calico: 'The BGP objects of Calico.' } },
  expect: {
    form: 'expect NODE advertises PREFIX to PEER with ATTRIBUTE',
    words: {
      every: 'What follows holds on each node of the cluster.',
      node: '`every node`: on each of them; `no node`: on none.',
      no: '`no node advertises` is `every node withholds`.',
      advertises: 'This very prefix is offered, after filters, to the peer named, else to at least one.',
      withholds: 'This very prefix is offered to no such peer. An aggregate that covers it is another prefix.',
      prefix: '`prefix in P`: at least one prefix that is P or inside it, or none.',
      in: '`prefix in P`: P itself, or a part of it.',
      to: 'The peer it is offered to.',
      with: 'Attributes that the offered route has.',
      community: 'The route has this community.',
      'local-pref': 'The route has this local preference. It is sent to internal peers only.',
      med: 'The route has this multi-exit discriminator.',
      prepend: 'The local AS stands so many times more in the path.',
    },
  },
};

/** Words that mean the same wherever they stand: how they are written, and what they mean. */
const COMMON: ReadonlyMap<string, WordDoc> = new Map(
  [
    ['where', 'where COND', 'Only those for which the condition is true.'],
    ['if', 'if COND', 'Only routes for which the condition is true. A rule without it takes every route.'],
    ['then', 'then ACTION, …', 'What the rule changes about the routes it takes.'],
    ['and', 'COND and COND', 'True where both are. Binds tighter than `or`.'],
    ['or', 'COND or COND', 'True where one of them is. Binds loosest; parentheses help.'],
    ['not', 'not COND | not in (V, …)', 'True where the condition is not. Binds tighter than `and`.'],
    ['in', 'in (V, …) | prefix in P', 'True for any of the values; for prefixes, P itself and what is inside it.'],
    ['matches', 'matches "glob"', 'True if the text fits the pattern, where `*` stands for any characters.'],
    ['off', 'off', 'The setting does not hold, whatever a template says.'],
    ...wellKnown('graceful-shutdown', 'the path is about to go, prefer another one (RFC 8326).'),
    ...wellKnown('accept-own', 'a route reflector may give the route back to its originator (RFC 7611).'),
    ...wellKnown('llgr-stale', 'the route is kept by long-lived graceful restart, prefer another one (RFC 9494).'),
    ...wellKnown('no-llgr', 'the route is not to be kept by long-lived graceful restart (RFC 9494).'),
    ...wellKnown('blackhole', 'the receiver drops traffic for the prefix (RFC 7999).'),
    ...wellKnown('no-export', 'the receiver keeps the route inside its AS or confederation (RFC 1997).'),
    ...wellKnown('no-advertise', 'the receiver passes the route to nobody (RFC 1997).'),
    ...wellKnown('no-export-subconfed', 'the receiver keeps the route inside its AS (RFC 1997).'),
    ...wellKnown('no-peer', 'the receiver passes the route to no bilateral peer (RFC 3765).'),
  ].map(([word = '', syntax = '', doc = '']) => [word, { syntax, doc }]),
);

function wellKnown(community: string, meaning: string): readonly string[][] {
  return [[community, community, `Well-known community: ${meaning}`]];
}

/** What a word means behind the words before it in its statement: the last of them that knows it decides. */
export function innerWordDoc(before: readonly string[], word: string): WordDoc | undefined {
  const owner = before.findLast((candidate) => lookUp(lookUp(OWNED, candidate)?.words, word) !== undefined);
  const owned = owner === undefined ? undefined : lookUp(OWNED, owner);
  const doc = lookUp(owned?.words, word);
  if (owned === undefined || doc === undefined) return COMMON.get(word);
  return { syntax: owned.form.replace('_', word), doc };
}

function lookUp<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
