import assert from 'node:assert/strict';
import test from 'node:test';
import { compile } from '../compile.ts';
import { createMemoryHost } from '../source-host.ts';

test('an equals sign is removed without making one word of two', () => {
  const text = 'speaker { as=64512 }\npeer=a { address = 192.0.2.1 as 64500 }\n';
  const { diagnostics } = compile(['p.bell'], createMemoryHost({ 'p.bell': text }));
  assert.deepEqual(
    diagnostics.map(({ fixes }) => fixes?.map(({ edits }) => edits.map(({ newText }) => newText))),
    [[[' ']], [[' ']], [['']]],
  );
});
