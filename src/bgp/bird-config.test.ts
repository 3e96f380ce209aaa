import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { sourceBirdPath } from '../build-info.ts';
import type { DesiredRoute, DesiredState } from '../engine/desired-state.ts';
import { skipWithoutBird, temporaryFolder } from '../testing/bird-lab.ts';
import { desiredPeer, desiredRoute, desiredState } from '../testing/desired.ts';
import { assertGolden, goldenCases } from '../testing/golden.ts';
import {
  listenOffPortOf,
  peersLeftOut,
  renderBirdConfig,
  renderBirdConfigRedacted,
  routerIdOf,
} from './bird-config.ts';
import { parseConfigFile } from './bird-process.ts';

interface ConfigCase {
  readonly secrets: Readonly<Record<string, string>>;
  readonly desired: DesiredState;
}

const noSecrets = { secrets: new Map<string, string>() };

for (const { name, path, source } of goldenCases(join(import.meta.dirname, 'testdata/config'), '.json')) {
  const golden = path.replace(/\.json$/, '.conf');

  test(`renders ${name}`, () => {
    const { desired, secrets }: ConfigCase = JSON.parse(source);
    assertGolden(golden, renderBirdConfig(desired, { secrets: new Map(Object.entries(secrets)) }));
  });

  test(`BIRD takes ${name}`, { skip: skipWithoutBird }, async () => {
    assert.deepEqual(await parseConfigFile(sourceBirdPath() ?? '', golden), { kind: 'accepted' });
  });
}

test('a route that comes adds its line, and the function of its attributes', () => {
  const desired = desiredState({ peers: [desiredPeer()], routes: [desiredRoute('198.51.100.1/32')] });
  const attributes = { communities: [], localPref: 7, med: 9, prepend: 16 };
  const added = desiredRoute('198.51.100.2/32', { attributes, to: ['tor-a'], range: 'public' });
  const before = renderBirdConfig(desired, noSecrets).split('\n');
  const after = renderBirdConfig({ ...desired, routes: [...desired.routes, added] }, noSecrets).split('\n');
  const name = /route_[0-9a-f]{16}/.exec(after.join('\n'))?.[0];
  assert.deepEqual(
    after.filter((line) => !before.includes(line)),
    [
      `function ${name}() { bellbird_marks = add(bellbird_marks, to_only_marked); bellbird_marks = add(bellbird_marks, 'to_tor-a'); bellbird_med = 9; bellbird_prepend = 16; bgp_local_pref = 7; }`,
      `  route 198.51.100.2/32 blackhole { ${name}(); };`,
    ],
  );
  assert.deepEqual(
    before.filter((line) => !after.includes(line)),
    [],
  );
});

test('the order of peers in the state does not matter', () => {
  const peers = ['c', 'a', 'b'].map((name) => desiredPeer({ name }));
  assert.equal(
    renderBirdConfig(desiredState({ peers }), noSecrets),
    renderBirdConfig(desiredState({ peers: peers.toReversed() }), noSecrets),
  );
});

test('routes say more only when a filter asks for more', () => {
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const route = desiredRoute('198.51.100.1/32');
  const peers = [desiredPeer({ export: { kind: 'filters', at, filters: ['f'] } })];
  const block = (field: 'length' | 'range' | 'kind' | 'exact') => {
    const condition = { kind: 'compare', field: { name: field }, operator: '==', value: 'vips' } as const;
    const filters = [{ name: 'f', at, rules: [{ at, verdict: 'accept', condition, actions: [] }] }] as const;
    const text = renderBirdConfig(desiredState({ peers, filters, routes: [route] }), noSecrets);
    return /function route_.*/.exec(text)?.[0].replace(/[0-9a-f]{16}/, '…') ?? 'none';
  };
  const adding = (mark: string) => `function route_…() { bellbird_marks = add(bellbird_marks, ${mark}); }`;
  assert.equal(block('length'), 'none');
  assert.equal(block('range'), adding('range_vips'));
  assert.equal(block('kind'), adding('kind_load_balancer_ip'));
  assert.equal(block('exact'), adding('is_exact'));
  assert.equal(block('length'), 'none');
});

test('a redacted configuration shows every peer and no password', () => {
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const desired = desiredState({ peers: [desiredPeer({ password: { kind: 'env', variable: 'KEY', at } })] });
  const text = renderBirdConfigRedacted(desired);
  assert.match(text, /protocol bgp 'peer_tor-a' \{/);
  assert.match(text, /password "…";/);
  assert.deepEqual(peersLeftOut(desired, new Map([['tor-a', 'sesame']])), []);
  assert.deepEqual(peersLeftOut(desired, new Map()), [{ peer: 'tor-a', reason: 'password-missing' }]);
  assert.deepEqual(peersLeftOut(desired, new Map([['tor-a', 'a"b']])), [
    { peer: 'tor-a', reason: 'password-unusable' },
  ]);
});

test('router id and chosen port can be read back from a configuration', async () => {
  const text = await readFile(join(import.meta.dirname, 'testdata/config/listen-off.conf'), 'utf8');
  assert.equal(routerIdOf(text), '192.0.2.1');
  assert.equal(listenOffPortOf(text), 1790);
  const kept = renderBirdConfig(desiredState(), { ...noSecrets, routerId: '192.0.2.77' });
  assert.equal(routerIdOf(kept), '192.0.2.77');
  assert.equal(listenOffPortOf(kept), undefined);
});

test('BIRD waits at most half of the shortest restart time before it exports', () => {
  const wait = (speakerMs: number | undefined, peerMs: number | undefined) => {
    const speaker = { ...desiredState().speaker, gracefulRestartMs: speakerMs };
    const text = renderBirdConfig(
      desiredState({ speaker, peers: [desiredPeer({ gracefulRestartMs: peerMs })] }),
      noSecrets,
    );
    return Number(/graceful restart wait (\d+);/.exec(text)?.[1]);
  };
  assert.deepEqual(
    [
      wait(30_000, 30_000),
      wait(120_000, 120_000),
      wait(30_000, 10_000),
      wait(1_000, 1_000),
      wait(undefined, undefined),
    ],
    [15, 30, 5, 1, 30],
  );
});

test('whatever changes from one rendering to the next, the text is that of a first rendering', () => {
  const route = fc
    .record({
      host: fc.nat({ max: 300 }),
      isIpv6: fc.boolean(),
      med: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
      to: fc.option(fc.subarray(['tor-a', 'tor-b', 'tor-z']), { nil: undefined }),
    })
    .map(({ host, isIpv6, med, to }) =>
      desiredRoute(isIpv6 ? `2001:db8::${host}/128` : `198.51.100.${host}/32`, {
        to,
        attributes: { communities: [], localPref: undefined, med, prepend: 0 },
      }),
    );
  const step = fc.record({
    routes: fc.array(route, { maxLength: 80 }),
    keep: fc.array(fc.nat({ max: 99 }), { maxLength: 3 }),
    password: fc.constantFrom('one', 'two', undefined),
    description: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 6 }), (steps) => {
      let routes: readonly DesiredRoute[] = [];
      const at = { path: 'edge.bell', line: 1, column: 1 };
      const locked = desiredPeer({ password: { kind: 'env', variable: 'KEY', at } });
      let peers = [locked, desiredPeer({ name: 'tor-b' })];
      for (const { routes: added, keep, password, description } of steps) {
        // Parts of the routes before stay, as objects, with new ones between them.
        const cut = keep.map((percent) => Math.floor((routes.length * percent) / 100));
        routes = [...routes.slice(0, cut[0] ?? 0), ...added, ...routes.slice(cut[1] ?? 0, cut[2] ?? routes.length)];
        if (description === 'b') peers = peers.map((peer) => ({ ...peer, description }));
        const secrets = new Map(password === undefined ? [] : [['tor-a', password]]);
        const state = desiredState({ peers, routes });
        const copy: DesiredState = structuredClone(state);
        assert.equal(renderBirdConfig(state, { secrets }), renderBirdConfig(copy, { secrets }));
      }
    }),
    { numRuns: 200 },
  );
});

test('no name, description or password can break the configuration', { skip: skipWithoutBird }, async (t) => {
  const folder = await temporaryFolder(t);
  const at = { path: 'edge.bell', line: 1, column: 1 };
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const made = fc.record({ name: text, description: text, range: text, password: text, secret: text });
  const file = join(folder, 'bird.conf');
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(made, { minLength: 20, maxLength: 40, selector: ({ name }) => name }),
      async (all) => {
        const peers = all.map(({ name, description, password }, index) =>
          desiredPeer({
            name,
            description,
            address: `127.0.1.${index}`,
            export: { kind: 'filters', at, filters: [name] },
            password: index % 2 === 0 ? undefined : { kind: 'env', variable: password, at },
          }),
        );
        const filters = all.map(({ name, range }) => {
          const condition = { kind: 'compare', field: { name: 'range' }, operator: '==', value: range } as const;
          return { name, at, rules: [{ at, verdict: 'accept', condition, actions: [] }] } as const;
        });
        const ranges = all.map(({ range }) => range);
        const routes = all.map(({ name, range }, index) =>
          desiredRoute(`198.51.100.${index}/32`, { to: [name], range }),
        );
        const secrets = new Map(all.map(({ name, secret }) => [name, secret]));
        await writeFile(file, renderBirdConfig(desiredState({ peers, filters, ranges, routes }), { secrets }));
        assert.deepEqual(await parseConfigFile(sourceBirdPath() ?? '', file), { kind: 'accepted' });
      },
    ),
    { numRuns: 20 },
  );
});
