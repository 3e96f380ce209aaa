import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createAgentReports } from './agent-reports.ts';
import { createLog } from './log.ts';
import { createProblems } from './problems.ts';

test('says why a password that is there opens no session', () => {
  const log = createLog({ format: 'text', level: 'error', color: false, write: () => undefined });
  const problems = createProblems(createFakeClock(), log);
  createAgentReports(problems, log).secrets({ passwords: new Map(), missing: [], warnings: [] }, [
    { peer: 'tor-a', reason: 'password-unusable' },
    { peer: 'tor-b', reason: 'password-too-long' },
    { peer: 'tor-c', reason: 'password-missing' },
  ]);
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
