import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { portOf } from '../testing/port-of.ts';
import { askUrl } from './ask-url.ts';

test('only 200 is an answer, and everything else comes with its reason', async (t) => {
  const server = createServer(({ url }, response) => {
    response.writeHead(Number(url?.slice(1)), { location: '/200' });
    response.end('text');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const base = `http://127.0.0.1:${portOf(server)}`;
  assert.equal(await askUrl(`${base}/200`), undefined);
  assert.equal(await askUrl(`${base}/204`), 'HTTP 204');
  assert.equal(await askUrl(`${base}/302`), 'HTTP 302');
  assert.equal(await askUrl(`${base}/503`), 'HTTP 503');
  assert.match((await askUrl('http://127.0.0.1:1/')) ?? '', /ECONNREFUSED/);
  assert.match((await askUrl('http://')) ?? '', /Invalid URL/);
});
