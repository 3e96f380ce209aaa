import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type AgentQuestion, agentSocketPath, askAgent } from './api-client.ts';
import { type ApiRoutes, createApiServer } from './local-api.ts';

const routes: ApiRoutes = {
  'GET /v1/status': async () => ({ status: 200, value: { kind: 'Status' }, text: 'all well\n' }),
  'POST /v1/echo': async ({ body, query }) => ({ status: 200, value: { body, x: query.get('x') }, text: '' }),
  'GET /v1/fault': async () => {
    throw new Error('secret detail');
  },
};

async function ask(question: AgentQuestion) {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
  const faults: unknown[] = [];
  const server = createApiServer(
    () => routes,
    (error) => faults.push(error),
  );
  await new Promise<void>((resolve) => server.listen(agentSocketPath(folder), resolve));
  const answer = await askAgent(folder, question);
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
  return { answer, faults };
}

test('answers JSON or text as the request accepts', async () => {
  const json = await ask({ method: 'GET', path: '/v1/status', form: 'json' });
  assert.deepEqual(json.answer, { kind: 'answer', status: 200, body: '{\n  "kind": "Status"\n}\n' });
  const text = await ask({ method: 'GET', path: '/v1/status', form: 'text' });
  assert.deepEqual(text.answer, { kind: 'answer', status: 200, body: 'all well\n' });
});

test('hands the query and the decoded body to the handler', async () => {
  const { answer } = await ask({ method: 'POST', path: '/v1/echo?x=1', body: { a: [1] }, form: 'json' });
  assert.deepEqual(answer.kind === 'answer' && JSON.parse(answer.body), { body: { a: [1] }, x: '1' });
});

test('names what there is when asked for something else', async () => {
  const { answer } = await ask({ method: 'GET', path: '/v1/nothing', form: 'text' });
  const body = 'error: there is no `GET /v1/nothing`; there are GET /v1/fault, GET /v1/status, POST /v1/echo\n';
  assert.deepEqual(answer, { kind: 'answer', status: 404, body });
});

test('refuses a body that is too large, and says how large it may be', async () => {
  const { answer, faults } = await ask({ method: 'POST', path: '/v1/echo', body: 'x'.repeat(1 << 20), form: 'text' });
  const body = 'error: the body is too large; 65536 bytes are the limit\n';
  assert.deepEqual([answer, faults], [{ kind: 'answer', status: 413, body }, []]);
});

test('reports a fault of its own without telling its details', async () => {
  const { answer, faults } = await ask({ method: 'GET', path: '/v1/fault', form: 'text' });
  const body = 'error: the agent failed to answer; its log says why\n';
  assert.deepEqual(answer, { kind: 'answer', status: 500, body });
  assert.equal(faults.length, 1);
});

test('says what to do where no agent answers', async () => {
  const answer = await askAgent('/nonexistent', { method: 'GET', path: '/v1/status', form: 'text' });
  assert.deepEqual(answer, {
    kind: 'no-agent',
    refusal: {
      code: 'no-agent',
      message: 'no agent answers at `/nonexistent/agent.sock`',
      help: 'start one with `bellbird run`, or name the folder of a running one with `--runtime-dir DIR`',
    },
  });
});
