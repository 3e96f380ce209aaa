import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { assertGolden } from '../testing/golden.ts';
import { mutatedPolicy } from '../testing/policy-arbitraries.ts';
import { compile } from './compile.ts';
import { isError } from './diagnostic.ts';
import type { Policy } from './policy.ts';
import { createMemoryHost } from './source-host.ts';

const testdata = join(import.meta.dirname, 'testdata');
const SPEAKER = 'speaker { as 64512 }\n';
const PEER = 'peer a { address 192.0.2.1 as 64500 }\n';

/** The policy of a text that must have no error. */
function policyOf(text: string, path = 'policy.bell'): Policy {
  const { policy, diagnostics } = compile([path], createMemoryHost({ [path]: text }));
  assert.ok(policy, diagnostics.map((diagnostic) => diagnostic.message).join('\n'));
  return policy;
}

function codesOf(entries: readonly string[], files: Record<string, string | Uint8Array>): readonly string[] {
  return compile(entries, createMemoryHost(files)).diagnostics.map((diagnostic) => diagnostic.code);
}

test('compiles the sample to its golden policy', () => {
  const policy = policyOf(readFileSync(join(testdata, 'sample.bell'), 'utf8'), 'sample.bell');
  assertGolden(join(testdata, 'sample.json'), `${JSON.stringify(policy, undefined, 2)}\n`);
});

test('a policy is plain data: nothing in it is lost in JSON but absent values', () => {
  const policy = policyOf(readFileSync(join(testdata, 'sample.bell'), 'utf8'), 'sample.bell');
  assertPlain(policy);
});

function assertPlain(value: unknown): void {
  if (typeof value !== 'object') {
    assert.ok(['string', 'number', 'boolean', 'undefined'].includes(typeof value), typeof value);
    assert.ok(!Number.isNaN(value));
    return;
  }
  assert.ok(value !== null && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)));
  for (const part of Object.values(value)) assertPlain(part);
}

test('fills in the defaults of speaker and peer', () => {
  const { speaker, peers } = policyOf(SPEAKER + PEER);
  const { at: _at, ...rest } = speaker;
  assert.deepEqual(rest, {
    as: { kind: 'literal', value: 64512 },
    routerId: undefined,
    listen: { kind: 'on', address: undefined, port: 179 },
    gracefulRestart: { kind: 'on', timeMs: 30_000 },
    excludeLabel: true,
  });
  const [peer] = peers;
  assert.deepEqual(peer?.families, ['ipv4', 'ipv6']);
  assert.deepEqual([peer?.holdTimeMs, peer?.keepaliveMs, peer?.connectRetryMs], [30_000, 10_000, 5_000]);
  assert.deepEqual([peer?.export, peer?.import, peer?.nodes], [{ kind: 'all' }, { kind: 'nothing' }, { kind: 'all' }]);
  assert.equal(peer?.address.port, 179);
});

test('keeps values of the node as questions to the node', () => {
  const { speaker, peers } = policyOf(`speaker {
  as        label "bgp-as"
  router-id annotation "bgp-id"
  listen    label "bgp-address" port 1179
}
peer a { address 192.0.2.1 as 64500 source annotation "bgp-source" }`);
  const at = (line: number, column: number) => ({ path: 'policy.bell', line, column });
  assert.deepEqual(speaker.as, { kind: 'label', key: 'bgp-as', at: at(2, 13) });
  assert.deepEqual(speaker.routerId, { kind: 'annotation', key: 'bgp-id', at: at(3, 13) });
  const address = { kind: 'label', key: 'bgp-address', at: at(4, 13) };
  assert.deepEqual(speaker.listen, { kind: 'on', address, port: 1179 });
  assert.deepEqual(peers[0]?.source, { kind: 'annotation', key: 'bgp-source', at: at(6, 44) });
});

test('a setting of a peer replaces its template’s, and `off` undoes it', () => {
  const { peers } = policyOf(`${SPEAKER}template t {
  as 64500
  hold-time 9s
  multihop 3
  passive
  graceful-restart 5s
  password env "KEY"
  export nothing
}
peer a from t { address 192.0.2.1 }
peer b from t {
  address 192.0.2.2
  as 64501
  multihop off
  passive off
  graceful-restart off
  password off
  export all
}`);
  const [a, b] = peers;
  assert.deepEqual(
    [a?.as.as, a?.holdTimeMs, a?.keepaliveMs, a?.multihop, a?.passive],
    [{ kind: 'literal', value: 64500 }, 9000, 3000, { hops: 3 }, true],
  );
  assert.deepEqual([a?.gracefulRestart, a?.export], [{ kind: 'on', timeMs: 5000 }, { kind: 'nothing' }]);
  assert.equal(a?.password?.kind, 'env');
  assert.deepEqual(
    [b?.as.as, b?.holdTimeMs, b?.multihop, b?.passive, b?.password],
    [{ kind: 'literal', value: 64501 }, 9000, undefined, false, undefined],
  );
  assert.deepEqual([b?.gracefulRestart, b?.export], [{ kind: 'off' }, { kind: 'all' }]);
});

test('a template in `to` stands for its peers, each once', () => {
  const { serviceBlocks } = policyOf(`${SPEAKER}template t { as 64500 }
peer a from t { address 192.0.2.1 }
peer b { address 192.0.2.2 as 64500 }
peer c from t { address 192.0.2.3 }
service */* { to b, t, a }
service a/* { to all }`);
  assert.deepEqual(
    serviceBlocks.map((block) => block.to?.peers),
    [['b', 'a', 'c'], undefined],
  );
});

test('gives cluster IPs aggregates and the other kinds exact routes unless a mode is written', () => {
  const { ranges } = policyOf(`${SPEAKER}${PEER}range a cluster-ip 10.96.0.0/16
range b load-balancer-ip 198.51.100.0/24
range c cluster-ip 10.97.0.0/16 exact
range d load-balancer-ip 2001:db8::/64 aggregate /96 when used`);
  assert.deepEqual(
    ranges.map((range) => range.mode),
    [
      { kind: 'aggregate', whenUsed: false, blockLength: {} },
      { kind: 'exact' },
      { kind: 'exact' },
      { kind: 'aggregate', whenUsed: true, blockLength: { ipv6: 96 } },
    ],
  );
});

test('replaces named values by what they stand for', () => {
  const { exclusions, filters } = policyOf(`${SPEAKER}${PEER}let one = 192.0.2.7, two
let two = 198.51.100.0/24
let ours = 64512:1, no-export
let racks = "a", "b"
exclude prefixes one
exclude nodes where label "rack" == racks
filter f { accept if prefix in (one, 10.0.0.0/8) and community ours then remove community ours }
peer b { address 192.0.2.2 as 64500 export f }`);
  assert.deepEqual(
    exclusions.prefixes.map(({ prefix }) => prefix),
    ['192.0.2.7/32', '198.51.100.0/24'],
  );
  const where = exclusions.nodes[0]?.where;
  assert.deepEqual(where, {
    kind: 'one-of',
    field: { name: 'label', key: 'rack' },
    values: ['a', 'b'],
    negated: false,
  });
  const condition = filters[0]?.rules[0]?.condition;
  assert.ok(condition?.kind === 'and');
  const prefixes = ['192.0.2.7/32', '198.51.100.0/24', '10.0.0.0/8'];
  assert.deepEqual(condition.operands[0], { kind: 'prefix', operator: 'in', negated: false, prefixes });
  assert.equal(condition.operands[1]?.kind, 'or');
});

test('joins a relative password file to the file that names it', () => {
  const { peers } = policyOf(
    `${SPEAKER}peer a { address 192.0.2.1 as 64500 password file "keys/a.key" }
peer b { address 192.0.2.2 as 64500 password file "/etc/b.key" }`,
    'policies/edge.bell',
  );
  const paths = peers.map(({ password }) => (password?.kind === 'file' ? password.path : undefined));
  assert.deepEqual(paths, ['policies/keys/a.key', '/etc/b.key']);
});

test('puts included statements at the place of the `include`, and each file once', () => {
  const files = {
    'a.bell': `include "parts/*.bell"\ninclude "parts/one.bell"\n${SPEAKER}exclude prefixes 192.0.2.3`,
    'b.bell': PEER,
    'parts/one.bell': 'exclude prefixes 192.0.2.1',
    'parts/two.bell': 'exclude prefixes 192.0.2.2',
  };
  const { policy } = compile(['.'], createMemoryHost(files));
  assert.deepEqual(
    policy?.exclusions.prefixes.map(({ prefix }) => prefix),
    ['192.0.2.1/32', '192.0.2.2/32', '192.0.2.3/32'],
  );
  assert.deepEqual(policy?.files, ['a.bell', 'parts/one.bell', 'parts/two.bell', 'b.bell']);
});

test('refuses a policy that is not there', () => {
  assert.deepEqual(codesOf([], {}), ['empty-policy']);
  assert.deepEqual(codesOf(['edge'], { 'edge/readme.md': '' }), ['empty-policy']);
  assert.deepEqual(codesOf(['edge.bell'], {}), ['unreadable-file']);
  assert.deepEqual(codesOf(['edge.bell'], { 'edge.bell': '' }), ['no-speaker']);
  assert.deepEqual(codesOf(['edge.bell'], { 'edge.bell': '# nothing yet\n' }), ['no-speaker']);
});

test('reads UTF-8 with and without a byte-order mark, and says where other bytes start', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(codesOf(['a.bell'], { 'a.bell': bytes(`\ufeff${SPEAKER}${PEER}`) }), []);
  assert.deepEqual(codesOf(['a.bell'], { 'a.bell': `\ufeff${SPEAKER}${PEER}` }), []);
  assert.deepEqual(codesOf(['a.bell'], { 'a.bell': bytes(`${SPEAKER}${PEER}# \ufffd é`) }), []);
  const broken = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes('# é'), 0xff]);
  const [diagnostic] = compile(['a.bell'], createMemoryHost({ 'a.bell': broken })).diagnostics;
  assert.equal(diagnostic?.code, 'undecodable-text');
  assert.match(diagnostic.notes.join(), /offset 7$/);
});

test('never throws, and lowers every policy that checks without an error', () => {
  fc.assert(
    fc.property(mutatedPolicy, (text) => {
      const { policy, diagnostics } = compile(['p.bell'], createMemoryHost({ 'p.bell': `${SPEAKER}${PEER}${text}` }));
      assert.equal(policy === undefined, diagnostics.some(isError));
      if (policy !== undefined) assertPlain(policy);
    }),
    { numRuns: 500 },
  );
});

test('keeps the place of every statement', () => {
  const { ranges, filters, peers } = policyOf(`${SPEAKER}
range a load-balancer-ip 198.51.100.0/24
  filter f {
    accept if aggregate
    reject
  }
peer b { address 192.0.2.1 as 64500 export f }`);
  assert.deepEqual(ranges[0]?.at, { path: 'policy.bell', line: 3, column: 1 });
  assert.deepEqual(filters[0]?.at, { path: 'policy.bell', line: 4, column: 3 });
  assert.deepEqual(
    filters[0]?.rules.map((rule) => rule.at.line),
    [5, 6],
  );
  assert.deepEqual(peers[0]?.address.at, { path: 'policy.bell', line: 8, column: 10 });
});
