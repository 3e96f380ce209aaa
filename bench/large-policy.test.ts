import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, createMemoryHost } from '../src/dsl/index.ts';
import { largeFilter, largePolicy } from './large-policy.ts';

for (const [name, text] of [
  ['policy', largePolicy(1_000)],
  ['filter', largeFilter(200)],
] as const) {
  test(`the large ${name} is one that nobody would complain about`, () => {
    const { diagnostics } = compile(['large.bell'], createMemoryHost({ 'large.bell': text }));
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [],
    );
  });
}
