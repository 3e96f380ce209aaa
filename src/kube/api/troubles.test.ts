import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchTarget } from '../watch-target.ts';
import type { ApiFailure } from './api-error.ts';
import type { Trouble } from './list-watch-status.ts';
import { createTroubles } from './troubles.ts';

const services: WatchTarget = {
  resource: 'services',
  namespace: undefined,
  labelSelector: undefined,
  fieldSelector: undefined,
  why: '',
};
const nodes: WatchTarget = { ...services, resource: 'nodes' };

function trouble(failure: ApiFailure, attempts: number): Trouble {
  return { failure, message: 'why', doing: 'watch', synced: false, since: 5, attempts };
}

/** What is told after a row of updates, the place before the colon. */
function told(...updates: readonly (readonly [WatchTarget, Trouble | undefined])[]): readonly string[] {
  const lines: string[] = [];
  const troubles = createTroubles(() => 'https://192.0.2.1:6443', {
    onProblem: ({ where, message }) => lines.push(`${where}: ${message}`),
    onRecovered: (since) => lines.push(`recovered since ${since}`),
  });
  for (const [target, state] of updates) troubles.update(target, state);
  return lines;
}

const outage =
  'https://192.0.2.1:6443: the API server does not answer: why; what is known stays as it is, and it is tried again at least every second';

test('says nothing of a connection that is lost and found again', () => {
  assert.deepEqual(
    told([services, trouble('unreachable', 1)], [services, trouble('unreachable', 2)], [services, undefined]),
    [],
  );
});

test('tells of one cause once, and when all is well again', () => {
  const lines = told(
    [services, trouble('unreachable', 3)],
    [nodes, trouble('unreachable', 3)],
    [services, trouble('unreachable', 4)],
    [services, undefined],
    [nodes, undefined],
  );
  assert.deepEqual(lines, [outage, 'recovered since 5']);
});

test('tells again of an outage that comes again', () => {
  const once = [
    [services, trouble('unreachable', 3)],
    [services, undefined],
  ] as const;
  assert.deepEqual(told(...once, ...once), [outage, 'recovered since 5', outage, 'recovered since 5']);
});

test('tells of each resource that is forbidden, with its rule', () => {
  assert.deepEqual(
    told([services, trouble('forbidden', 2)], [{ ...nodes, namespace: 'shop' }, trouble('forbidden', 2)]),
    [
      'services: no right to watch them: why; add this rule to the ClusterRole: { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] }',
      'nodes in namespace shop: no right to watch them: why; add this rule to the Role in namespace shop: { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }',
    ],
  );
});

test('is patient with a server that forbids what it allowed before', () => {
  const again = (attempts: number) => ({ ...trouble('forbidden', attempts), synced: true });
  assert.deepEqual(told([services, again(1)], [services, again(5)]), []);
  assert.equal(told([services, again(6)]).length, 1);
});

test('has a sentence for every failure', () => {
  const failures: readonly ApiFailure[] = [
    'stalled',
    'closed',
    'credentials',
    'unauthorized',
    'not-found',
    'gone',
    'too-new',
    'throttled',
    'rejected',
    'server',
    'broken',
  ];
  for (const failure of failures) assert.match(told([services, trouble(failure, 9)])[0] ?? '', /: why(;|$)/, failure);
});
