import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type ApiLab,
  type ApiLabOptions,
  nodeManifest,
  openApiLab,
  serviceManifest,
  sliceManifest,
  truthOf,
} from '../../testing/api-lab.ts';
import type { Manifest } from '../../testing/fake-api-server.ts';

const cart = serviceManifest('shop/cart');
const node = nodeManifest('worker-1');
const slice = sliceManifest('shop/cart');
const cluster = [cart, node, slice];

/** Runs a test on a source that has its first snapshot. */
async function withSource(
  objects: readonly Manifest[],
  run: (lab: ApiLab) => Promise<void>,
  options: ApiLabOptions = {},
): Promise<void> {
  await withLab(
    objects,
    async (lab) => {
      lab.start();
      await lab.until(() => lab.server.watches().length === 3);
      await run(lab);
    },
    options,
  );
}

async function withLab(
  objects: readonly Manifest[],
  run: (lab: ApiLab) => Promise<void>,
  options: ApiLabOptions = {},
): Promise<void> {
  const lab = await openApiLab(objects, options);
  try {
    await run(lab);
  } finally {
    await lab.close();
  }
}

/** Changes a service so that the source must tell, and waits until it does. */
async function provoke(lab: ApiLab, address = '10.96.0.99'): Promise<void> {
  lab.server.put(serviceManifest('shop/cart', { clusterIPs: [address] }));
  await lab.until(() => isSame(lab));
}

function isSame(lab: ApiLab): boolean {
  try {
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
    return true;
  } catch {
    return false;
  }
}

const callKinds = (lab: ApiLab) => lab.calls.map(({ kind }) => kind);
const lists = (lab: ApiLab, resource: string) =>
  lab.server.requests.filter(({ kind, path }) => kind === 'list' && path.endsWith(`/${resource}`));
const watches = (lab: ApiLab, resource: string) =>
  lab.server.requests.filter(({ kind, path }) => kind === 'watch' && path.endsWith(`/${resource}`));

test('hands over one snapshot of everything, and then what changes', async () => {
  await withSource(cluster, async (lab) => {
    assert.deepEqual(callKinds(lab), ['snapshot']);
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
    lab.server.put(serviceManifest('shop/pay'));
    lab.server.remove('Service', 'shop/cart');
    lab.server.put(sliceManifest('shop/cart', 'worker-2'));
    await lab.until(() => isSame(lab));
    assert.ok(!callKinds(lab).includes('problem'));
  });
});

test('says nothing before every list is complete', async () => {
  await withLab(cluster, async (lab) => {
    let refused = 0;
    lab.server.interfere = ({ path }) => {
      if (!path.endsWith('/endpointslices') || refused++ > 1) return undefined;
      assert.deepEqual(callKinds(lab), []);
      return { kind: 'status', code: 500 };
    };
    lab.start();
    await lab.until(() => lab.mirror() !== undefined);
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
  });
});

test('asks the watch cache first, and watches with bookmarks from where the list ended', async () => {
  await withSource(cluster, async (lab) => {
    const [list] = lists(lab, 'services');
    assert.deepEqual(list?.query, { resourceVersion: '0', limit: '500' });
    const [watch] = watches(lab, 'services');
    assert.deepEqual(watch?.query, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: String(lab.server.history.version),
      timeoutSeconds: '450',
    });
  });
});

test('reads a list in pages', async () => {
  const services = Array.from({ length: 7 }, (_, at) => serviceManifest(`shop/s${at}`));
  await withSource(
    [...services, node, slice],
    async (lab) => {
      assert.equal(lists(lab, 'services').length, 4);
      assert.deepEqual(lab.mirror(), truthOf(lab.server));
    },
    { pageSize: 2 },
  );
});

test('reads everything in one answer where the server ignores the limit', async () => {
  const services = Array.from({ length: 7 }, (_, at) => serviceManifest(`shop/s${at}`));
  await withSource(
    [...services, node, slice],
    async (lab) => {
      assert.equal(lists(lab, 'services').length, 1);
      assert.deepEqual(lab.mirror(), truthOf(lab.server));
    },
    { pageSize: 2, ignoresLimitInCache: true },
  );
});

test('lists without pages when the pages expire underneath', async () => {
  const services = Array.from({ length: 5 }, (_, at) => serviceManifest(`shop/s${at}`));
  await withLab(
    [...services, node, slice],
    async (lab) => {
      lab.server.interfere = ({ path, query }) => {
        if (!path.endsWith('/services') || query.continue === undefined) return undefined;
        lab.server.put(serviceManifest('shop/late'));
        lab.server.history.compact();
        return undefined;
      };
      lab.start();
      await lab.until(() => isSame(lab));
      assert.deepEqual(lists(lab, 'services').at(-1)?.query, {});
    },
    { pageSize: 2 },
  );
});

test('does not tell of changes to what the engine does not read', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.put({ ...node, status: { ...Object(node.status), images: [{ names: ['example.org/app'] }] } });
    lab.server.put({
      ...cart,
      metadata: { ...cart.metadata, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    });
    await provoke(lab);
    const changes = lab.calls.flatMap((call) => (call.kind === 'changes' ? call.changes : []));
    assert.equal(changes.length, 1);
  });
});

test('tells of the differences only when it has to list again', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.hold(true);
    lab.server.put(serviceManifest('shop/pay'));
    lab.server.put(serviceManifest('shop/gone'));
    lab.server.remove('Service', 'shop/gone');
    lab.server.history.compact();
    for (const watch of lab.server.watches()) watch.fail(410);
    lab.server.hold(false);
    await lab.until(() => isSame(lab));
    const changes = lab.calls.flatMap((call) => (call.kind === 'changes' ? call.changes : []));
    assert.deepEqual(
      changes.map((change) => change.kind === 'upserted' && change.object.name),
      ['pay'],
    );
  });
});

test('asks for nothing older than it knows when it lists again', async () => {
  await withSource(cluster, async (lab) => {
    const known = String(lab.server.history.version);
    for (const watch of lab.server.watches()) watch.fail(410);
    await lab.until(() => lists(lab, 'services').length === 2);
    const again = lists(lab, 'services').at(-1)?.query;
    assert.deepEqual(again, { resourceVersion: known, resourceVersionMatch: 'NotOlderThan' });
  });
});

test('asks for the present state when the server has gone back to an older one', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.history.skip(100);
    await provoke(lab);
    lab.server.interfere = ({ query }) =>
      query.resourceVersionMatch === undefined
        ? undefined
        : { kind: 'status', code: 504, reason: 'Too large resource version', cause: 'ResourceVersionTooLarge' };
    for (const watch of lab.server.watches()) watch.bookmark(2);
    await lab.until(() => lists(lab, 'services').length === 2);
    assert.deepEqual(lists(lab, 'services').at(-1)?.query, { limit: '500' });
  });
});

test('goes on from the last bookmark when a watch ends', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.history.skip(40);
    lab.server.put(nodeManifest('worker-2'));
    await lab.until(() => isSame(lab));
    lab.server.bookmark();
    const version = String(lab.server.history.version);
    for (const watch of lab.server.watches()) watch.end();
    await lab.until(() => watches(lab, 'services').length === 2);
    assert.equal(watches(lab, 'services').at(-1)?.query.resourceVersion, version);
    assert.equal(lists(lab, 'services').length, 1);
  });
});

test('goes on after the last whole event when a connection is reset in the middle of one', async () => {
  await withSource(cluster, async (lab) => {
    await provoke(lab);
    for (const watch of lab.server.watches()) watch.reset();
    await lab.until(() => lab.server.watches().length === 3 && watches(lab, 'services').length === 2);
    await provoke(lab, '10.96.0.100');
    assert.equal(lists(lab, 'services').length, 1);
  });
});

test('gives up a watch over which nothing comes any more', async () => {
  await withSource(cluster, async (lab) => {
    for (const watch of lab.server.watches()) watch.fallSilent();
    await lab.until(() => watches(lab, 'services').length === 2);
    await provoke(lab);
    assert.equal(lists(lab, 'services').length, 1);
  });
});

test('gives up a list over which nothing comes any more', async () => {
  await withLab(cluster, async (lab) => {
    let silent = 0;
    lab.server.interfere = ({ kind }) =>
      kind === 'list' && silent++ < 3 ? { kind: 'cut', afterBytes: 20, ending: 'silence' } : undefined;
    lab.start();
    await lab.until(() => isSame(lab));
  });
});

test('takes a list that comes slowly', async () => {
  await withLab(cluster, async (lab) => {
    lab.server.interfere = () => ({ kind: 'pieces', bytes: 7 });
    lab.start();
    await lab.until(() => isSame(lab));
    await provoke(lab);
    assert.deepEqual(lab.waits, []);
  });
});

test('does not take a list that was cut short for a complete one', async () => {
  await withLab(cluster, async (lab) => {
    let cut = 0;
    lab.server.interfere = ({ kind }) =>
      kind === 'list' && cut++ < 3 ? { kind: 'cut', afterBytes: 120, ending: 'end' } : undefined;
    lab.start();
    await lab.until(() => lab.mirror() !== undefined);
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
  });
});

test('does not take a page of somebody on the way for an empty cluster', async () => {
  for (const text of ['<html>Log in</html>', '{}', '{"kind":"ServiceList","items":[]}', '[]', 'null', '']) {
    await withLab(cluster, async (lab) => {
      let answered = 0;
      lab.server.interfere = () => (answered++ < 3 ? { kind: 'body', text } : undefined);
      lab.start();
      await lab.until(() => lab.mirror() !== undefined);
      assert.deepEqual(lab.mirror(), truthOf(lab.server));
    });
  }
});

test('withdraws nothing for a list that is empty by mistake', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.interfere = ({ query }) => (query.resourceVersion === undefined ? undefined : { kind: 'empty' });
    for (const watch of lab.server.watches()) watch.fail(410);
    await lab.until(() => lists(lab, 'services').length === 3);
    lab.server.interfere = () => undefined;
    await lab.until(() => lab.server.watches().length === 3);
    await provoke(lab);
    const changes = lab.calls.flatMap((call) => (call.kind === 'changes' ? call.changes : []));
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['upserted'],
    );
    assert.ok(lab.waits.includes(1_000), 'the second read comes a moment later');
  });
});

test('believes an empty list that is still empty at the second read', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.hold(true);
    lab.server.remove('Service', 'shop/cart');
    lab.server.history.compact();
    for (const watch of lab.server.watches()) watch.fail(410);
    lab.server.hold(false);
    await lab.until(() => isSame(lab));
    assert.ok(!lab.mirror()?.has('Service shop/cart'));
  });
});

test('keeps everything while the API server is away, and goes on when it is back', async () => {
  await withSource(cluster, async (lab) => {
    await lab.server.stop();
    await lab.until(() => callKinds(lab).includes('problem'));
    assert.deepEqual(callKinds(lab), ['snapshot', 'problem']);
    lab.server.put(serviceManifest('shop/pay'));
    await lab.server.listen();
    await lab.until(() => isSame(lab) && callKinds(lab).includes('recovered'));
    assert.equal(lists(lab, 'services').length, 1);
    assert.ok(Math.max(...lab.waits) <= 1_000, 'it is tried at least every second');
  });
});

test('tells once that the API server does not answer, however many resources wait for it', async () => {
  await withLab(cluster, async (lab) => {
    await lab.server.stop();
    lab.start();
    await lab.until(() => lab.waits.length > 30);
    const problems = lab.calls.flatMap((call) => (call.kind === 'problem' ? [call.problem] : []));
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /^the API server does not answer: connect ECONNREFUSED/);
  });
});

test('waits as long as a busy server asks for', async () => {
  await withLab(cluster, async (lab) => {
    let refused = 0;
    lab.server.interfere = () => (refused++ < 3 ? { kind: 'status', code: 429, retryAfter: 7 } : undefined);
    lab.start();
    await lab.until(() => isSame(lab));
    assert.deepEqual(lab.waits, [7_875, 7_875, 7_875]);
  });
});

test('names the rule that is missing, and does not take it for an empty cluster', async () => {
  await withLab(cluster, async (lab) => {
    lab.server.interfere = ({ path }) =>
      path.endsWith('/endpointslices')
        ? { kind: 'status', code: 403, reason: 'endpointslices is forbidden' }
        : undefined;
    lab.start();
    await lab.until(() => callKinds(lab).includes('problem') && lab.waits.length > 5);
    assert.deepEqual(lab.calls, [
      {
        kind: 'problem',
        problem: {
          where: 'endpointslices.discovery.k8s.io',
          message:
            'no right to list them: HTTP 403: endpointslices is forbidden; add this rule to the ClusterRole: ' +
            '{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] }',
        },
      },
    ]);
    lab.server.interfere = () => undefined;
    await lab.until(() => lab.mirror() !== undefined);
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
  });
});

test('keeps what it knows when a right is taken away', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.interfere = ({ path }) =>
      path.endsWith('/services') ? { kind: 'status', code: 403, reason: 'forbidden' } : undefined;
    for (const watch of lab.server.watches()) watch.fail(410);
    await lab.until(() => callKinds(lab).includes('problem') && lab.waits.length > 5);
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
  });
});

test('goes without a field selector that the server does not know, in whatever words it says so', async () => {
  const selected = { namespace: undefined, labelSelector: undefined, fieldSelector: 'spec.type=LoadBalancer', why: '' };
  const plan = {
    targets: [{ ...selected, resource: 'services' } as const],
    keep: { kind: 'all' } as const,
    unseen: [],
  };
  for (const reason of ['field label not supported: spec.type', '"spec.type" is not a known field selector: only …']) {
    const run = async (lab: ApiLab) => {
      lab.server.interfere = ({ query }) =>
        query.fieldSelector === undefined ? undefined : { kind: 'status', code: 400, reason };
      lab.start();
      await lab.until(() => isSame(lab));
    };
    await withLab([cart], run, { plan });
  }
});

test('leaves out an object that cannot be read, says so once, and takes it when it can be', async () => {
  const broken = serviceManifest('shop/broken', { externalTrafficPolicy: 'Sometimes' });
  await withSource([...cluster, broken], async (lab) => {
    assert.deepEqual(callKinds(lab), ['problem', 'snapshot']);
    lab.server.put({ ...broken, metadata: { ...broken.metadata, labels: { a: 'b' } } });
    await provoke(lab);
    assert.equal(callKinds(lab).filter((kind) => kind === 'problem').length, 1);
    assert.ok(!callKinds(lab).includes('problem-over'));
    lab.server.put(serviceManifest('shop/broken'));
    await lab.until(() => lab.mirror()?.has('Service shop/broken') === true);
    assert.equal(callKinds(lab).filter((kind) => kind === 'problem-over').length, 1);
  });
});

test('an object that cannot be read is no problem any more once it is deleted', async () => {
  const broken = serviceManifest('shop/broken', { externalTrafficPolicy: 'Sometimes' });
  await withSource([...cluster, broken], async (lab) => {
    lab.server.remove('Service', 'shop/broken');
    await lab.until(() => callKinds(lab).includes('problem-over'));
    assert.deepEqual(callKinds(lab), ['problem', 'snapshot', 'problem-over']);
  });
});

test('keeps the last readable content of an object', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.put(serviceManifest('shop/cart', { externalTrafficPolicy: 'Sometimes' }));
    await lab.until(() => callKinds(lab).includes('problem'));
    for (const watch of lab.server.watches()) watch.fail(410);
    await lab.until(() => lists(lab, 'services').length === 2);
    lab.server.put(serviceManifest('shop/pay'));
    await lab.until(() => lab.mirror()?.has('Service shop/pay') === true);
    assert.ok(lab.mirror()?.has('Service shop/cart'));
  });
});

test('takes events that come twice or late for what they are', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.put(serviceManifest('shop/pay'));
    lab.server.remove('Service', 'shop/cart');
    await lab.until(() => isSame(lab));
    const before = lab.calls.length;
    for (const watch of lab.server.watches()) watch.repeat();
    lab.server.put(nodeManifest('worker-2'));
    lab.server.put(serviceManifest('shop/last'));
    await lab.until(() => isSame(lab));
    const changes = lab.calls.slice(before).flatMap((call) => (call.kind === 'changes' ? call.changes : []));
    assert.deepEqual(
      changes.map(({ kind }) => kind),
      ['upserted', 'upserted'],
    );
  });
});

test('passes on what came together in one call', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.hold(true);
    for (let at = 0; at < 20; at++) lab.server.put(serviceManifest(`shop/s${at}`));
    lab.server.hold(false);
    await lab.until(() => isSame(lab));
    assert.deepEqual(callKinds(lab), ['snapshot', 'changes']);
  });
});

test('uses its connections again', async () => {
  await withSource(cluster, async (lab) => {
    for (let round = 0; round < 5; round++) {
      const before = lab.server.requests.length;
      for (const watch of lab.server.watches()) watch.bookmark(lab.server.history.version);
      for (const watch of lab.server.watches()) watch.end();
      await lab.until(() => lab.server.requests.length >= before + 3 && lab.server.watches().length === 3);
    }
    assert.ok(lab.server.connections() <= 3, `${lab.server.connections()} connections`);
  });
});

test('makes no call after it was stopped', async () => {
  await withSource(cluster, async (lab) => {
    const stopped = lab.source.stop();
    lab.server.put(serviceManifest('shop/pay'));
    await stopped;
    assert.deepEqual(callKinds(lab), ['snapshot']);
    assert.ok(lab.source.status().watches.every(({ state }) => state === 'stopped'));
  });
});

test('can be stopped while it lists, while it waits, and before it has begun', async () => {
  await withLab(cluster, async (lab) => {
    lab.server.interfere = () => ({ kind: 'silence' });
    lab.server.onSilence = () => {};
    lab.start();
    await lab.until(() => lab.server.requests.length === 3);
    await lab.source.stop();
  });
  await withLab(cluster, async (lab) => {
    await lab.server.stop();
    lab.start();
    await lab.until(() => lab.waits.length > 3);
    await lab.source.stop();
  });
  await withLab(cluster, async (lab) => {
    lab.start();
    await lab.source.stop();
    assert.deepEqual(callKinds(lab), []);
  });
});

test('counts what it does', async () => {
  await withSource(cluster, async (lab) => {
    await provoke(lab);
    lab.server.bookmark();
    for (const watch of lab.server.watches()) watch.end();
    await lab.until(() => watches(lab, 'services').length === 2);
    const status = lab.source.status();
    const services = status.watches.find(({ target }) => target.resource === 'services');
    assert.deepEqual(
      { ...services?.counts, bytes: (services?.counts.bytes ?? 0) > 500 },
      { lists: 1, watches: 2, events: 1, bookmarks: 1, changes: 2, bytes: true, failures: 0, failuresBy: {} },
    );
    const now = lab.clock.now();
    assert.deepEqual([services?.lastEvent, services?.lastBookmark], [now, now]);
    // Nobody is told of an answer that has begun.
    while (!lab.source.status().watches.every(({ connected }) => connected)) await nextTurn();
    assert.equal(status.ready, true);
    assert.equal(status.lastContact, lab.clock.now());
    assert.equal(status.server, lab.server.url);
  });
});

test('shows when it last heard from the server', async () => {
  await withSource(cluster, async (lab) => {
    const heard = lab.clock.now();
    await lab.server.stop();
    lab.clock.advance(60_000);
    await lab.until(() => callKinds(lab).includes('problem'));
    assert.equal(lab.source.status().lastContact, heard);
    const [first] = lab.source.status().watches;
    assert.equal(first?.trouble?.failure, 'unreachable');
    assert.deepEqual([first?.connected, first?.lastEvent, first?.lastBookmark], [false, undefined, undefined]);
    const { failures, failuresBy } = first.counts;
    assert.deepEqual(
      Object.values(failuresBy).reduce((sum, number) => sum + number, 0),
      failures,
    );
    assert.ok((failuresBy.unreachable ?? 0) > 0);
  });
});

test('takes the silence of a quiet server for what it is, and lists less and less often because of it', async () => {
  await withSource(cluster, async (lab) => {
    for (let round = 1; round <= 3 + 6 + 12; round++) {
      // Nobody is told of an answer that has begun.
      while (!lab.source.status().watches.every(({ connected }) => connected)) await nextTurn();
      const before = watches(lab, 'services').length;
      lab.clock.advance(101_000);
      await lab.until(() => watches(lab, 'services').length > before);
    }
    assert.deepEqual(callKinds(lab), ['snapshot']);
    assert.deepEqual(lab.waits, []);
    assert.equal(lists(lab, 'services').length, 1 + 3);
  });
});

test('lists again and again where something on the way keeps the watches back', async () => {
  await withSource(cluster, async (lab) => {
    lab.server.interfere = ({ kind }) =>
      kind === 'watch' ? { kind: 'cut', afterBytes: 0, ending: 'silence' } : undefined;
    for (const watch of lab.server.watches()) watch.end();
    lab.server.put(serviceManifest('shop/pay'));
    await lab.until(() => isSame(lab));
    assert.deepEqual(lab.mirror(), truthOf(lab.server));
    lab.server.interfere = () => undefined;
  });
});

test('does not begin with less than an earlier life knew', async () => {
  const known = { services: '40', nodes: '2' };
  await withLab(
    cluster,
    async (lab) => {
      lab.server.history.skip(40);
      lab.server.put(serviceManifest('shop/pay'));
      lab.server.hold(true);
      lab.server.put(serviceManifest('shop/late'));
      lab.start();
      await lab.until(() => lab.mirror() !== undefined);
      assert.deepEqual(lists(lab, 'services')[0]?.query, {
        resourceVersion: '40',
        resourceVersionMatch: 'NotOlderThan',
      });
      lab.server.hold(false);
      await lab.until(() => isSame(lab));
      const services = lab.source.status().watches.find(({ target }) => target.resource === 'services');
      assert.equal(services?.version, String(lab.server.history.version));
    },
    { known },
  );
});

test('begins anew when the server has forgotten what an earlier life knew', async () => {
  await withLab(
    cluster,
    async (lab) => {
      lab.start();
      await lab.until(() => lab.mirror() !== undefined);
      assert.deepEqual(lab.mirror(), truthOf(lab.server));
      assert.deepEqual(lists(lab, 'services').at(-1)?.query, { limit: '500' });
    },
    { known: { services: '999999' } },
  );
});
