import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createExecPlugin } from './exec-plugin.ts';

/** A plugin whose runs a test answers. */
function createLab() {
  const clock = createFakeClock();
  const runs: { readonly give: (status: object) => void; readonly ended: () => string | undefined }[] = [];
  const plugin = createExecPlugin(
    { command: 'get-token', args: [], env: {}, installHint: undefined },
    {
      clock,
      run: () => {
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        let ended: string | undefined;
        runs.push({
          give: (status) => resolve(JSON.stringify({ kind: 'ExecCredential', status })),
          ended: () => ended,
        });
        return {
          output: promise,
          end: (why) => {
            ended = why;
            reject(new Error(`the exec plugin \`get-token\` ${why}`));
          },
        };
      },
    },
  );
  const pass = async (ms: number) => {
    clock.advance(ms);
    await nextTurn();
  };
  const give = async (run: number, token: string, lifetime?: number) => {
    const expirationTimestamp = lifetime === undefined ? undefined : new Date(clock.now() + lifetime).toISOString();
    runs[run]?.give({ token, expirationTimestamp });
    await nextTurn();
  };
  return { plugin, runs, pass, give, token: async () => (await plugin.credential()).token };
}

const MINUTE = 60_000;

test('runs once for all who ask, and not again while the credential holds', async () => {
  const { runs, give, pass, token } = createLab();
  const asked = [token(), token(), token()];
  await give(0, 'one');
  assert.deepEqual(await Promise.all(asked), ['one', 'one', 'one']);
  await pass(24 * 60 * MINUTE);
  assert.equal(await token(), 'one');
  assert.equal(runs.length, 1);
});

test('runs again five minutes before the credential runs out, and nobody waits for that', async () => {
  const { runs, give, pass, token } = createLab();
  const first = token();
  await give(0, 'one', 60 * MINUTE);
  await first;
  await pass(55 * MINUTE - 1);
  assert.equal(await token(), 'one');
  assert.equal(runs.length, 1);
  await pass(1);
  assert.deepEqual([await token(), await token()], ['one', 'one']);
  assert.equal(runs.length, 2);
  await give(1, 'two', 60 * MINUTE);
  assert.equal(await token(), 'two');
});

test('a short-lived credential is used for three quarters of its time', async () => {
  const { runs, give, pass, token } = createLab();
  const first = token();
  await give(0, 'one', MINUTE);
  await first;
  await pass(45_000 - 1);
  await token();
  assert.equal(runs.length, 1);
  await pass(1);
  await token();
  assert.equal(runs.length, 2);
});

test('one that hangs keeps nobody waiting until the last credential has run out', async () => {
  const { runs, give, pass, token } = createLab();
  const first = token();
  await give(0, 'one', 60 * MINUTE);
  await first;
  await pass(56 * MINUTE);
  assert.equal(await token(), 'one');
  await pass(MINUTE);
  assert.equal(runs[1]?.ended(), 'did not answer within 60 s, and was killed');
  // Not at once again.
  assert.equal(await token(), 'one');
  assert.equal(runs.length, 2);
  await pass(30_000);
  assert.equal(await token(), 'one');
  assert.equal(runs.length, 3);
  await pass(3 * MINUTE);
  const late = token();
  const refused = assert.rejects(late, /^Error: the exec plugin `get-token` has not answered for 25 s$/);
  await pass(25_000);
  await refused;
});

test('a request waits for 25 s, and the run goes on to its end for the next one', async () => {
  const { runs, give, pass, token } = createLab();
  const refused = assert.rejects(token(), /has not answered for 25 s/);
  await pass(25_000);
  await refused;
  const second = token();
  await pass(20_000);
  await give(0, 'slow');
  assert.equal(await second, 'slow');
  assert.equal(runs.length, 1);
});

test('forgets what the server refused, and uses what has run out already once', async () => {
  const { plugin, runs, give, token } = createLab();
  const first = token();
  await give(0, 'one');
  await first;
  plugin.renew();
  const second = token();
  await give(1, 'two', -MINUTE);
  assert.equal(await second, 'two');
  const third = token();
  await give(2, 'three');
  assert.equal(await third, 'three');
  assert.equal(runs.length, 3);
});

test('ends what runs as it is closed, and never quotes what a plugin wrote', async () => {
  const { plugin, runs, give, token } = createLab();
  const first = assert.rejects(token(), /^Error: the exec plugin `get-token` gave neither a token nor a certificate$/);
  await give(0, '');
  await first;
  const second = assert.rejects(token(), /was ended with the agent/);
  plugin.close();
  await second;
  assert.equal(runs[1]?.ended(), 'was ended with the agent');
});
