import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOpenFiles, parseProcessUsage, readProcessUsage } from './process-usage.ts';

const STAT = '812 (bird (2) x) S 1 812 812 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 1 0 5 6 7';

test('reads memory and time of a program whatever its name is', () => {
  const usage = parseProcessUsage(STAT, 'Name:\tbird\nVmRSS:\t    1340 kB\n');
  assert.deepEqual(usage, { residentBytes: 1_372_160, cpuSeconds: 3 });
});

test('tells nothing of a process that has ended', () => {
  assert.equal(parseProcessUsage(STAT, 'Name:\tbird\nState:\tZ (zombie)\n'), undefined);
  assert.equal(readProcessUsage(2 ** 22 + 1), undefined);
});

test('reads the usage of this process', () => {
  assert.ok((readProcessUsage(process.pid)?.residentBytes ?? 0) > 1_000_000);
  assert.ok((countOpenFiles() ?? 0) > 2);
});
