import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoverAt } from './hover.ts';
import { openPolicy, SPEAKER } from './testdata/open-policy.ts';

const cases: Readonly<Record<string, { readonly text: string; readonly says: readonly string[] }>> = {
  'the values of a let where it is used, with names replaced': {
    text: 'let inner = 192.168.0.0/16\nlet bogons = inner, 172.16.0.0/12\nexclude prefixes bog‹›ons',
    says: ['let bogons = 192.168.0.0/16, 172.16.0.0/12'],
  },
  'the values of a let where it is declared': { text: 'let spi‹›nes = 64500, AS64501', says: ['64500, AS64501'] },
  'what a range advertises': {
    text: 'let hole = 203.0.113.0/28\nrange pub‹›lic external-ip 203.0.113.0/24 for shop/* except hole aggregate /27 when used { med 5 }',
    says: [
      'Advertises external IPs in `203.0.113.0/24` except `203.0.113.0/28` of the services `shop/*` only',
      'in blocks of /27, each while an eligible service in it has a usable endpoint',
      'Exact routes get `med 5`',
    ],
  },
  'the default mode of cluster IPs': {
    text: 'ran‹›ge services cluster-ip 10.96.0.0/16',
    says: ['Addresses that may be advertised', 'as the whole prefixes, from every node that is not excluded'],
  },
  'the default mode of other addresses': {
    text: 'range v‹›ips load-balancer-ip 198.51.100.0/24',
    says: ['each as a route of its own'],
  },
  'the rules of a filter where a peer uses it': {
    text: 'filter out {\n  reject if length > 30   # long\n  accept\n}\npeer a { address 192.0.2.1 as 64500 export o‹›ut }',
    says: ['filter out {\n  reject if length > 30\n  accept\n}', 'first deciding rule wins'],
  },
  'a peer with its template merged': {
    text: 'template fabric { as 64500 hold-time 9s }\npeer to‹›r from fabric { address 192.0.2.1 hold-time 3s }',
    says: ['address 192.0.2.1\n  hold-time 3s\n  as 64500  # from fabric\n}'],
  },
  'who uses a template': {
    text: 'template fab‹›ric { as 64500 }\npeer a from fabric { address 192.0.2.1 }\npeer b from fabric { address 192.0.2.2 }',
    says: ['Used by `a`, `b`.'],
  },
  'a template that nobody uses': { text: 'template fab‹›ric { as 64500 }', says: ['No peer uses it.'] },
  'what a setting means, and its default': {
    text: 'peer a { address 192.0.2.1 as 64500 hold-‹›time 9s }',
    says: ['hold-time DURATION', 'Default: 30s.'],
  },
  'the same word by where it stands': {
    text: 'speaker { as 64512 grace‹›ful-restart off }',
    says: ['Default: 30s.'],
  },
  'what a rule does, and which one it is': {
    text: 'filter f { accept if exact\n  rej‹›ect }',
    says: ['Stops the route', 'Rejects every route that comes to it. Rule 2 of 2 in filter `f`.'],
  },
  'which routes a rule takes, and what it does with them': {
    text: 'filter f { ‹›accept if exact\n  and family == ipv4 then community 64512:1, med 5 }',
    says: ['Accepts routes with `exact and family == ipv4`, with `community 64512:1`, `med 5`. Rule 1 of 1'],
  },
  'what an action does': { text: 'filter f { accept then pre‹›pend 2 }', says: ['in front of the AS path'] },
  'what a field asks about': {
    text: 'service */* where traffic-pol‹›icy == local { med 1 }',
    says: ['`externalTrafficPolicy` of the Service', '`cluster`, `local`'],
  },
  'what a mode means': { text: 'range r cluster-ip 10.96.0.0/16 aggre‹›gate', says: ['when used'] },
  'what an advertising mode means': { text: 'service */* { advertise ex‹›act }', says: ['Exact routes, also where'] },
  'which endpoints count': {
    text: 'service */* { endpoints ser‹›ving }',
    says: ['endpoints serving', 'also while they are ending'],
  },
  'what happens to packets': { text: 'speaker { as 64512 loop-protection dr‹›op }', says: ['Such packets vanish.'] },
  'what a word of a comparison means': { text: 'filter f { accept if peer-type == eb‹›gp }', says: ['another AS'] },
  'what a word of a list means': {
    text: 'service */* where type in (ClusterIP, Load‹›Balancer) { med 1 }',
    says: ['addresses of a load balancer'],
  },
  'what a role means': {
    text: 'peer a { address 192.0.2.1 as 64500 role cust‹›omer }',
    says: ['role customer', 'buys transit'],
  },
  'what an algorithm is': {
    text: 'peer a { address 192.0.2.1 as 64500 authentication tcp-ao key-id 1 algorithm hmac-sh‹›a1 }',
    says: ['algorithm hmac-sha1', 'RFC 5926'],
  },
  'what a limit does': {
    text: 'peer a { address 192.0.2.1 as 64500 import-limit 9 bl‹›ock }',
    says: ['import-limit N block'],
  },
  'what a well-known community means': { text: 'filter f { accept then community no-ex‹›port }', says: ['RFC 1997'] },
  'what an operator means': {
    text: 'filter f { accept if exact an‹›d family == ipv4 }',
    says: ['Binds tighter than `or`'],
  },
  'a word in the middle of a broken block': {
    text: 'peer a {\n  address\n  b‹›fd\n  nonsense 5\n}',
    says: ['Notices a dead path'],
  },
};

for (const [name, { text, says }] of Object.entries(cases)) {
  test(`shows ${name}`, () => {
    const { file, cursor } = openPolicy(`${text}${text.includes('speaker') ? '' : SPEAKER}`);
    const shown = JSON.stringify(hoverAt(file, cursor)?.contents ?? '');
    for (const part of says) {
      assert.ok(
        shown.includes(JSON.stringify(part).slice(1, -1)),
        `${part}\nis not in\n${shown.replaceAll('\\n', '\n')}`,
      );
    }
  });
}

test('shows nothing on numbers, punctuation, comments and unknown names', () => {
  for (const text of ['let a = 6‹›4500', 'peer a {‹› }', '# pe‹›er', 'peer a { export no‹›body }']) {
    const { file, cursor } = openPolicy(`${text}${SPEAKER}`);
    assert.equal(hoverAt(file, cursor), undefined, text);
  }
});

test('the range of a hover is the word', () => {
  const { file, marks, cursor } = openPolicy(`peer a { ‹hold-time› 9s }${SPEAKER}`);
  const range = hoverAt(file, cursor)?.range;
  assert.deepEqual([range?.start.character, range?.end.character], [marks[0]?.start, marks[0]?.end]);
});
