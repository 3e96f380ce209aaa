import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, type LogOptions } from './log.ts';

function capture(options: Partial<LogOptions>): { log: ReturnType<typeof createLog>; lines: string[] } {
  const lines: string[] = [];
  const log = createLog({ format: 'json', level: 'info', color: false, write: (line) => lines.push(line), ...options });
  return { log, lines };
}

test('writes one JSON object per line, with level, time, event and message', () => {
  const { log, lines } = capture({});
  log.warn({ event: 'policy-refused', errors: 2 }, 'the policy is refused');
  const fields: unknown = JSON.parse(lines[0] ?? '');
  assert.ok(typeof fields === 'object' && fields !== null);
  assert.deepEqual(Object.keys(fields), ['level', 'time', 'event', 'errors', 'msg']);
  assert.match(lines[0] ?? '', /^\{"level":"warn","time":"\d{4}-\d\d-\d\dT[\d:.]+Z","event":"policy-refused"/);
});

test('writes readable text for a terminal and indents further lines', () => {
  const { log, lines } = capture({ format: 'text' });
  log.info({ event: 'x' }, 'one\ntwo');
  assert.match(lines[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} info {2}one\n {19}two\n$/);
});

test('leaves out what is below its level', () => {
  const { log, lines } = capture({ level: 'warn' });
  log.info({ event: 'x' }, 'quiet');
  assert.deepEqual(lines, []);
});
