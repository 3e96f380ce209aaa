import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { openTo } from '../../testing/api-lab.ts';
import { portOf } from '../../testing/port-of.ts';
import type { ServiceEvent } from '../service-event.ts';
import { createApiClient } from './api-client.ts';
import { createEventWriter } from './event-writer.ts';

const EVENT: ServiceEvent = {
  namespace: 'shop',
  name: 'cart',
  node: 'worker-1',
  reason: 'nodeAssigned',
  message: 'announcing from node "worker-1" with protocol "bgp": 198.51.100.10/32',
  firstAt: Date.UTC(2026, 10, 21, 20, 15, 3),
  lastAt: Date.UTC(2026, 10, 21, 20, 16, 3),
  count: 3,
};

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A server that answers by method, and remembers what was asked. */
async function openLab(t: TestContext, answers: Readonly<Record<'GET' | 'POST', Answer>>) {
  const asked: { readonly line: string; readonly body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const method = request.method === 'POST' ? 'POST' : 'GET';
    asked.push({ line: `${method} ${request.url}`, body: text === '' ? undefined : JSON.parse(text) });
    response.writeHead(answers[method].status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[method].body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${portOf(server)}`;
  const writer = createEventWriter(createApiClient(openTo(url), 'bellbird/test'));
  t.after(async () => {
    await writer.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, writer, server };
}

const SERVICE = { status: 200, body: { kind: 'Service', metadata: { uid: '0a1b' } } };
const CREATED = { status: 201, body: { kind: 'Event' } };

test('writes an Event that belongs to its Service', async (t) => {
  const { asked, writer } = await openLab(t, { GET: SERVICE, POST: CREATED });
  assert.equal(await writer.write(EVENT), undefined);
  assert.deepEqual(
    asked.map(({ line }) => line),
    ['GET /api/v1/namespaces/shop/services/cart', 'POST /api/v1/namespaces/shop/events'],
  );
  assert.partialDeepStrictEqual(asked[1]?.body, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'shop' },
    involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'cart', uid: '0a1b' },
    type: 'Normal',
    reason: 'nodeAssigned',
    message: EVENT.message,
    firstTimestamp: '2026-11-21T20:15:03Z',
    lastTimestamp: '2026-11-21T20:16:03Z',
    count: 3,
    source: { component: 'bellbird', host: 'worker-1' },
  });
});

test('gives every Event a name of its own', async (t) => {
  const { asked, writer } = await openLab(t, { GET: SERVICE, POST: CREATED });
  await writer.write(EVENT);
  await writer.write(EVENT);
  const names = asked.flatMap(
    ({ body }) => /"name":"(cart\.[0-9a-f]{16})"/.exec(JSON.stringify(body) ?? '')?.[1] ?? [],
  );
  assert.equal(new Set(names).size, 2);
});

test('writes an Event on a Service that is gone', async (t) => {
  const gone = { status: 404, body: { kind: 'Status', code: 404, message: 'services "cart" not found' } };
  const { asked, writer } = await openLab(t, { GET: gone, POST: CREATED });
  assert.equal(await writer.write(EVENT), undefined);
  assert.doesNotMatch(JSON.stringify(asked[1]?.body), /uid/);
});

test('takes an Event that is there already for written', async (t) => {
  const there = { status: 409, body: { kind: 'Status', code: 409, reason: 'AlreadyExists' } };
  const { writer } = await openLab(t, { GET: SERVICE, POST: there });
  assert.equal(await writer.write(EVENT), undefined);
});

test('names the rule that is missing', async (t) => {
  const body = { kind: 'Status', code: 403, message: 'events is forbidden' };
  const { writer } = await openLab(t, { GET: SERVICE, POST: { status: 403, body } });
  assert.equal(
    await writer.write(EVENT),
    'HTTP 403: events is forbidden; add this rule to the role of bellbird: { apiGroups: [""], resources: ["events"], verbs: ["create"] }',
  );
});

test('says that nobody answers', async (t) => {
  const { writer, server } = await openLab(t, { GET: SERVICE, POST: CREATED });
  await new Promise((resolve) => server.close(resolve));
  assert.match((await writer.write(EVENT)) ?? '', /ECONNREFUSED/);
});
