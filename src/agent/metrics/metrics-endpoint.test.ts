import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { portOf } from '../../testing/port-of.ts';
import { metricsRoutes } from '../agent-api.ts';
import { silentLog } from '../log.ts';
import { createProblems } from '../problems.ts';
import { RETRY_MS, serveMetrics } from './metrics-endpoint.ts';

/** A server on a free port of loopback. */
async function takePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server), release: () => new Promise((resolve) => server.close(resolve)) };
}

function serve(port: number) {
  const clock = createFakeClock();
  const problems = createProblems(clock, silentLog);
  const faults: unknown[] = [];
  const endpoint = serveMetrics({
    address: { host: '127.0.0.1', port },
    routes: metricsRoutes(async () => 'bellbird_bird_up 1\n'),
    problems,
    clock,
    onFault: (error) => faults.push(error),
  });
  return { clock, problems, endpoint, faults };
}

test('serves the metrics and nothing else', async () => {
  const { port, release } = await takePort();
  await release();
  const { endpoint, problems, faults } = serve(port);
  await endpoint.tried;
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await answer.text(), 'bellbird_bird_up 1\n');
  const stop = await fetch(`http://127.0.0.1:${port}/v1/stop`, { method: 'POST' });
  assert.equal(stop.status, 404);
  assert.deepEqual([problems.list(), faults], [[], []]);
  endpoint.close();
  await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`));
});

test('tells who has the port, and takes it when it is free', async () => {
  const { port, release } = await takePort();
  const { clock, endpoint, problems } = serve(port);
  await endpoint.tried;
  const [problem] = problems.list();
  assert.equal(problem?.code, 'metrics-unavailable');
  assert.match(
    problem?.message ?? '',
    /^metrics cannot be served on 127\.0\.0\.1:\d+: the port is already in use by .*; it is tried again every 10 s, and `--metrics ADDRESS:PORT` names another$/,
  );
  await release();
  clock.advance(RETRY_MS);
  while (problems.list().length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
  endpoint.close();
});

test('says when the address is not of this machine', async () => {
  const problems = createProblems(createFakeClock(), silentLog);
  const endpoint = serveMetrics({
    address: { host: '192.0.2.1', port: 7475 },
    routes: metricsRoutes(async () => ''),
    problems,
    clock: createFakeClock(),
    onFault: (error) => assert.fail(String(error)),
  });
  await endpoint.tried;
  assert.match(problems.list()[0]?.message ?? '', /192\.0\.2\.1:7475: this machine does not have the address; /);
  endpoint.close();
});
