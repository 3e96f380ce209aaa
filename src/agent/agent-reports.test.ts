import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createAgentReports } from './agent-reports.ts';
import { createLog } from './log.ts';
import { createProblems } from './problems.ts';

test('says why a password that is there opens no session', () => {
  const log = createLog({ format: 'text', level: 'error', color: false, write: () => undefined });
  const problems = createProblems(createFakeClock(), log);
  const leftOut = [
    { peer: 'tor-a', reason: 'password-unusable' },
    { peer: 'tor-b', reason: 'password-too-long' },
    { peer: 'tor-c', reason: 'password-missing' },
  ] as const;
  createAgentReports(problems, log).secrets({ passwords: new Map(), missing: [], warnings: [] }, leftOut, new Set());
  assert.deepEqual(
    problems.list().map(({ code, message }) => [code, message]),
    [
      [
        'password-unusable',
        'peer `tor-a`: its session is not opened: its password has a character that BIRD cannot read',
      ],
      [
        'password-too-long',
        'peer `tor-b`: its session is not opened: its password has more than the 80 bytes of TCP-AO',
      ],
    ],
  );
});

test('says of a session that is kept without its password why, and that it goes on', () => {
  const log = createLog({ format: 'text', level: 'error', color: false, write: () => undefined });
  const problems = createProblems(createFakeClock(), log);
  const missing = [
    { peer: 'tor-b', code: 'password-missing', message: 'the cluster has no Secret bgp/fabric' },
  ] as const;
  const leftOut = [
    { peer: 'tor-a', reason: 'password-missing' },
    { peer: 'tor-b', reason: 'password-missing' },
    { peer: 'tor-c', reason: 'password-too-long' },
  ] as const;
  const kept = new Set(['tor-a', 'tor-b', 'tor-c']);
  createAgentReports(problems, log).secrets({ passwords: new Map(), missing, warnings: [] }, leftOut, kept);
  const goesOn = 'its session goes on as it was before the policy changed';
  assert.deepEqual(
    problems.list().map(({ code, message }) => [code, message]),
    [
      ['password-kept', `peer \`tor-a\`: its password is not read yet; ${goesOn}`],
      ['password-kept', `peer \`tor-b\`: the cluster has no Secret bgp/fabric; ${goesOn}`],
      ['password-kept', `peer \`tor-c\`: its password has more than the 80 bytes of TCP-AO; ${goesOn}`],
    ],
  );
});

test('says before another socket restarts all sessions whether peers keep the routes', () => {
  const lines: string[] = [];
  const log = createLog({ format: 'text', level: 'warn', color: false, write: (line) => lines.push(line) });
  const reports = createAgentReports(createProblems(createFakeClock(), log), log);
  const stage = { waiting: [], current: undefined, lost: [] };
  const sessions = [{ peer: 'tor-a', why: ['listen'] }];
  for (const replace of [true, false]) {
    reports.turns({ ...stage, replace });
    reports.restarts(sessions);
  }
  assert.deepEqual(
    lines.map((line) => /keep the routes|drop the routes|session with/.exec(line)?.[0]),
    ['keep the routes', 'session with', 'drop the routes', 'session with'],
  );
});
