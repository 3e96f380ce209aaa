import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readLastGood, writeLastGood } from './last-good.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-'));
after(() => rmSync(folder, { recursive: true }));

const saved = {
  bootId: 'b',
  savedAt: 1,
  policy: { entries: ['/etc/bellbird'], files: { '/etc/bellbird/edge.bell': 'speaker { as 64512 }\n' } },
};

test('reads back what was written, in a file that only the owner can read', () => {
  writeLastGood(folder, saved);
  assert.deepEqual(readLastGood(folder), saved);
  assert.equal(statSync(join(folder, 'last-good.json')).mode & 0o777, 0o600);
});

const unusable: readonly [name: string, content: string][] = [
  ['text that is no JSON', '{"format": 1,'],
  ['another format', '{"format": 2}'],
  ['a policy without files', '{"format":1,"bootId":"b","savedAt":1,"policy":{"entries":[]}}'],
  ['a file that is no text', '{"format":1,"bootId":"b","savedAt":1,"policy":{"entries":[],"files":{"a":1}}}'],
];
for (const [name, content] of unusable) {
  test(`has nothing to offer from ${name}`, () => {
    writeFileSync(join(folder, 'last-good.json'), content);
    assert.equal(readLastGood(folder), undefined);
  });
}
