import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { AgentView } from './agent-view.ts';
import { createDrain } from './drain.ts';
import { drainRoutes } from './drain-api.ts';
import { NO_HOLDS } from './holds.ts';
import { createLog } from './log.ts';
import { createProblems } from './problems.ts';

test('says when routes go, also where a longer wait does not put that off, and why they do not come back', async (t) => {
  const state = mkdtempSync(join(tmpdir(), 'bellbird-drain-'));
  t.after(() => rmSync(state, { recursive: true }));
  const clock = createFakeClock();
  const log = createLog({ format: 'json', level: 'info', color: false, write: () => {} });
  const view: AgentView = {
    ...NO_HOLDS,
    engine: undefined,
    plan: undefined,
    applied: undefined,
    lastChangeAt: undefined,
    recalledFrom: undefined,
    savedAt: undefined,
    problems: createProblems(clock, log),
    history: [],
  };
  const agent = { idle: async () => {}, view: () => view };
  const routes = drainRoutes({ node: 'worker-1', agent, drain: createDrain(state, clock) });
  const ask = async (waitMs: number) => {
    const body = { waitMs, force: true };
    return (await routes['POST /v1/drain']?.({ query: new URLSearchParams(), body }))?.text ?? '';
  };
  assert.match(await ask(10_000), /withdrawn after 10 s, until `bellbird undrain`$/m);
  clock.advance(5_000);
  assert.match(await ask(60_000), /withdrawn at \S+Z as before, until `bellbird undrain`$/m);
  assert.match(await ask(1_000), /withdrawn after 1 s, until `bellbird undrain`$/m);
  // What cannot be removed as a file.
  rmSync(join(state, 'drain.json'));
  mkdirSync(join(state, 'drain.json'));
  const reply = await routes['POST /v1/undrain']?.({ query: new URLSearchParams(), body: undefined });
  assert.equal(reply?.status, 500);
  assert.match(reply.text, /the drain cannot be taken back, so nothing was changed: /);
});
