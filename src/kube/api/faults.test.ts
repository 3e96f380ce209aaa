// Whatever goes wrong on the way, in whatever order: the source ends with what the API server has, as if nothing had been
// wrong, and on the way never takes away what was there all the time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { sameValue } from '../../engine/same-value.ts';
import {
  type ApiLab,
  nodeManifest,
  openApiLab,
  serviceManifest,
  sliceManifest,
  truthOf,
} from '../../testing/api-lab.ts';
import { makeCertificates } from '../../testing/certificates.ts';
import type { FakeApiOptions, Fault, SeenRequest } from '../../testing/fake-api-server.ts';

/** What happens to the cluster, or to the way there. */
type Step =
  | { readonly kind: 'put' | 'remove'; readonly what: 'Service' | 'EndpointSlice'; readonly number: number }
  /** Changes one object several times at once. */
  | { readonly kind: 'burst'; readonly number: number; readonly removed: readonly boolean[] }
  | { readonly kind: 'skip'; readonly versions: number }
  | { readonly kind: 'hold' | 'release' | 'compact' | 'bookmark' | 'cut' }
  | { readonly kind: 'watches'; readonly how: 'end' | 'reset' | 'fallSilent' | 'repeat' | 'swap' | 'gone' | 'failed' }
  /** The next requests of a kind meet a fault. */
  | { readonly kind: 'fault'; readonly of: 'list' | 'watch'; readonly times: number; readonly fault: Fault }
  /** The server is away for a while. */
  | { readonly kind: 'outage' }
  /** Gives client and server so many turns of the event loop, for the next step to meet them in any state. */
  | { readonly kind: 'turns'; readonly count: number }
  /** Lets so many requests pass before the next step. */
  | { readonly kind: 'pause'; readonly requests: number };

const anyNumber = fc.nat({ max: 4 });

const change: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('put', 'remove'),
  what: fc.constantFrom('Service', 'EndpointSlice'),
  number: anyNumber,
});

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.constantFrom<Fault>(
    { kind: 'status', code: 401 },
    { kind: 'status', code: 403 },
    { kind: 'status', code: 410 },
    { kind: 'status', code: 429, retryAfter: 3 },
    { kind: 'status', code: 500 },
    { kind: 'status', code: 503 },
    { kind: 'status', code: 504, cause: 'ResourceVersionTooLarge' },
    { kind: 'reset' },
    { kind: 'silence' },
    { kind: 'empty' },
    { kind: 'body', text: '<html>502 Bad Gateway</html>' },
    { kind: 'error-event', code: 410 },
    { kind: 'error-event', code: 500 },
  ),
  fc.record({
    kind: fc.constant('cut' as const),
    afterBytes: fc.nat({ max: 1_500 }),
    ending: fc.constantFrom('reset', 'silence', 'end'),
  }),
  fc.record({ kind: fc.constant('pieces' as const), bytes: fc.integer({ min: 1, max: 300 }) }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: change, weight: 5 },
  fc.record({
    kind: fc.constant('burst' as const),
    number: anyNumber,
    removed: fc.array(fc.boolean(), { minLength: 2, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('skip' as const), versions: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constantFrom('hold', 'release', 'compact', 'bookmark', 'cut') }),
  fc.record({
    kind: fc.constant('watches' as const),
    how: fc.constantFrom('end', 'reset', 'fallSilent', 'repeat', 'swap', 'gone', 'failed'),
  }),
  fc.record({
    kind: fc.constant('fault' as const),
    of: fc.constantFrom('list', 'watch'),
    times: fc.integer({ min: 1, max: 3 }),
    fault,
  }),
  { arbitrary: fc.record({ kind: fc.constant('turns' as const), count: fc.integer({ min: 1, max: 60 }) }), weight: 6 },
  fc.constant<Step>({ kind: 'outage' }),
  fc.record({ kind: fc.constant('pause' as const), requests: fc.integer({ min: 1, max: 4 }) }),
);

/** These are never removed: a deletion of one of them is a flap. */
const CONSTANT = ['Node worker-1', 'Service shop/constant', 'EndpointSlice shop/constant-abcde'];

const certificates = makeCertificates();

/** Without openssl there is no TLS. */
const tls: FakeApiOptions & { readonly ca?: string } =
  certificates === undefined ? {} : { tls: certificates.server, ca: certificates.ca };

const setUp = fc
  .record({ pageSize: fc.constantFrom(2, 500), tls: fc.constantFrom(false, false, false, true) })
  .map((drawn) => ({ pageSize: drawn.pageSize, ...(drawn.tls ? tls : {}) }));

test('ends with the same objects after any sequence of faults, and takes nothing away on the way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), setUp, async (steps, options) => {
      const objects = [nodeManifest('worker-1'), serviceManifest('shop/constant'), sliceManifest('shop/constant')];
      const lab = await openApiLab(objects, options);
      try {
        lab.start();
        for (const next of steps) await take(lab, next);
        await calmDown(lab);
        await lab.until(() => isSame(lab));
        assertNoFlap(lab);
      } finally {
        await lab.close();
      }
    }),
    { numRuns: Number(process.env.FAULT_RUNS ?? 150), timeout: 10_000 },
  );
});

async function take(lab: ApiLab, next: Step): Promise<void> {
  const { server } = lab;
  switch (next.kind) {
    case 'put':
      server.put(next.what === 'Service' ? numberedService(lab, next.number) : numberedSlice(lab, next.number));
      break;
    case 'remove':
      server.remove(next.what, next.what === 'Service' ? `shop/s${next.number}` : `shop/s${next.number}-abcde`);
      break;
    case 'burst':
      server.hold(true);
      for (const removed of next.removed) {
        if (removed) server.remove('Service', `shop/s${next.number}`);
        else server.put(numberedService(lab, next.number));
      }
      server.hold(false);
      break;
    case 'skip':
      server.history.skip(next.versions);
      break;
    case 'hold':
    case 'release':
      server.hold(next.kind === 'hold');
      break;
    case 'compact':
      server.history.compact();
      break;
    case 'bookmark':
      server.bookmark();
      break;
    case 'cut':
      server.cut();
      break;
    case 'watches':
      disturb(lab, next.how);
      break;
    case 'fault':
      server.interfere = meet(next.of, next.fault, next.times, server.interfere);
      break;
    case 'turns':
      for (let turn = 0; turn < next.count; turn++) await nextTurn();
      break;
    case 'outage': {
      await server.stop();
      const before = lab.waits.length;
      await lab.until(() => lab.waits.length > before + 2);
      await server.listen();
      break;
    }
    case 'pause': {
      const before = server.requests.length;
      await lab.until(() => {
        // A source that has nothing to ask for is given a reason.
        for (const watch of server.watches()) watch.end();
        return server.requests.length >= before + next.requests;
      });
    }
  }
}

function disturb({ server }: ApiLab, how: Extract<Step, { readonly kind: 'watches' }>['how']): void {
  for (const watch of server.watches()) {
    if (how === 'gone') watch.fail(410);
    else if (how === 'failed') watch.fail(500);
    else watch[how]();
  }
}

function meet(
  of: 'list' | 'watch',
  faultToMeet: Fault,
  times: number,
  then: (request: SeenRequest) => Fault | undefined,
) {
  let left = times;
  return (request: SeenRequest): Fault | undefined => {
    if (request.kind !== of || left === 0) return then(request);
    // An API server that lies about the present state cannot be seen through.
    if (faultToMeet.kind === 'empty' && request.query.resourceVersion === undefined) return then(request);
    left--;
    return faultToMeet;
  };
}

async function calmDown({ server }: ApiLab): Promise<void> {
  server.interfere = () => undefined;
  server.hold(false);
}

function isSame(lab: ApiLab): boolean {
  const mirror = lab.mirror();
  return mirror !== undefined && sameValue(Object.fromEntries(mirror), Object.fromEntries(truthOf(lab.server)));
}

function assertNoFlap(lab: ApiLab): void {
  const [first] = lab.calls.filter(({ kind }) => kind === 'snapshot' || kind === 'changes');
  assert.equal(first?.kind, 'snapshot');
  assert.equal(lab.calls.filter(({ kind }) => kind === 'snapshot').length, 1);
  const changes = lab.calls.flatMap((call) => (call.kind === 'changes' ? call.changes : []));
  const gone = changes.flatMap((change) => (change.kind === 'deleted' ? `${change.objectKind} ${change.key}` : []));
  assert.deepEqual(
    gone.filter((id) => CONSTANT.includes(id)),
    [],
  );
}

function numberedService({ server }: ApiLab, number: number) {
  return serviceManifest(`shop/s${number}`, { clusterIPs: [`10.96.${number}.${server.history.version % 250}`] });
}

function numberedSlice({ server }: ApiLab, number: number) {
  return sliceManifest(`shop/s${number}`, `worker-${server.history.version}`);
}
