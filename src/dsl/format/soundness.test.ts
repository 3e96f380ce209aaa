import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VALID_STATEMENTS } from '../testdata/valid-statements.ts';
import { isSameTree } from './same-tree.ts';
import { findDamage, readPolicy } from './soundness.ts';

const damage = (before: string, after: string) => findDamage(readPolicy(before, ''), readPolicy(after, ''));

test('finds nothing where only white space, spelling and the commas at ends of lists differ', () => {
  assert.equal(damage('let a=2001:DB8::/32#x', 'let a = 2001:db8::/32  #x\n'), undefined);
  assert.equal(damage('filter f { accept if name in ("a",) }', 'filter f { accept if name in ("a") }'), undefined);
  assert.equal(damage('service a/b { require 02 endpoint }', 'service a/b { require 2 endpoints }'), undefined);
});

test('finds a value, a word, a quote or a clause that changed', () => {
  const changes: readonly (readonly [string, string])[] = [
    ['let a = 1', 'let a = 2'],
    ['let a = 1, 2', 'let a = 2, 1'],
    ['let a = 1', 'let b = 1'],
    ['let a = 1', ''],
    ['let a = "b"', 'let a = b'],
    ['speaker { listen off }', 'speaker { listen port 179 }'],
    ['range r cluster-ip 10.0.0.0/8', 'range r cluster-ip 10.0.0.0/8 exact'],
    ['range r cluster-ip 10.0.0.0/8 for a/b', 'range r cluster-ip 10.0.0.0/8 for a/c'],
    ['filter f { accept if exact and aggregate or name }', 'filter f { accept if exact and (aggregate or name) }'],
    ['filter f { accept if not exact }', 'filter f { accept if exact }'],
    ['peer a { address 192.0.2.1 }', 'peer a { address 192.0.2.1 port 179 }'],
    ['peer a { passive }', 'peer a { passive off }'],
  ];
  for (const [before, after] of changes) {
    assert.equal(damage(before, after), 'the formatted text says something else', `${before} → ${after}`);
    assert.equal(damage(after, before), 'the formatted text says something else', `${after} → ${before}`);
  }
});

test('tells every two valid statements apart', () => {
  const readings = VALID_STATEMENTS.map((statement) => readPolicy(statement, ''));
  for (const [index, first] of readings.entries()) {
    assert.deepEqual(first.errors, []);
    const twins = readings.filter((second) => isSameTree(first.file, second.file));
    assert.deepEqual(twins, [first], VALID_STATEMENTS[index]);
  }
});

test('finds a comment that is gone, changed or out of order', () => {
  for (const [before, after] of [
    ['# a\n# b\n', '# a\n'],
    ['let a = 1 # one', 'let a = 1'],
    ['let a = 1 # one', 'let a = 1 # One'],
    ['# a\n# b\n', '# b\n# a\n'],
  ] as const) {
    assert.equal(damage(before, after), 'a comment would be lost or changed');
  }
});

test('finds text that does not parse', () => {
  assert.equal(damage('let a = 1', 'let a = '), 'the formatted text does not parse');
});

test('compares trees of any depth', () => {
  const nest = (depth: number, leaf: string) => {
    let tree: unknown = leaf;
    for (let level = 0; level < depth; level++) tree = { kind: 'not', operand: [tree] };
    return tree;
  };
  assert.ok(isSameTree(nest(100_000, 'a'), nest(100_000, 'a')));
  assert.ok(!isSameTree(nest(100_000, 'a'), nest(100_000, 'b')));
});
