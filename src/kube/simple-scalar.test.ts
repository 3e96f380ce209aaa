import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSimpleValue } from './simple-scalar.ts';
import { parseAnyYaml, parseYaml } from './yaml-text.ts';

test('spaces after a value are no part of it', () => {
  assert.deepEqual(readSimpleValue('web  '), { value: 'web' });
  assert.deepEqual(readSimpleValue('web  # the shop'), { value: 'web' });
  assert.deepEqual(readSimpleValue('80  '), { value: 80 });
});

for (const space of ['\u00a0', '\ufeff', '\u2003', '\u2028', '\u3000', '\v', '\f', '\t']) {
  test(`makes of ${JSON.stringify(space)} at the end of a value what the library does`, () => {
    const text = `a: web${space}\n`;
    assert.deepEqual(plainOf(parseYaml(text)), plainOf(parseAnyYaml(text)));
  });
}

function plainOf(parsed: ReturnType<typeof parseYaml>): unknown {
  return parsed.kind === 'broken' ? parsed : parsed.documents.map(({ value }) => value);
}
