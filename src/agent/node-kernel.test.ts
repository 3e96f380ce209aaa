import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../testing/manual-clock.ts';
import { createLog } from './log.ts';
import type { RunIp } from './loop-rules.ts';
import { createNodeKernel, type NodeKernelOptions } from './node-kernel.ts';
import { createProblems } from './problems.ts';

/** A machine with a rule of an agent's, which nobody may take away. */
const RULE = { priority: 32_225, not: null, src: 'all', iif: 'lo', table: '179016', protocol: '179' };
const refuse: RunIp = async (args) => {
  if (args.includes('-batch')) throw new Error('not permitted');
  return JSON.stringify(args[0] === '-4' ? [RULE] : []);
};

function kernel(runIp: RunIp) {
  const clock = createManualClock();
  const log = createLog({ format: 'json', level: 'info', color: false, write: () => {} });
  const bird: NodeKernelOptions['bird'] = { pid: () => undefined, restart: async () => {}, state: () => 'absent' };
  return createNodeKernel({
    bird,
    clock,
    view: () => ({ applied: undefined, problems: createProblems(clock, log) }),
    runIp,
  });
}

test('tells of rules that stay where they should be withdrawn', async () => {
  assert.equal(await kernel(refuse).leave({ withdraw: true }), 'not permitted');
});

test('leaves rules as they are where nothing is withdrawn', async () => {
  assert.equal(await kernel(refuse).leave({ withdraw: false }), undefined);
});
