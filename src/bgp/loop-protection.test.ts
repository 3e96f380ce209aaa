import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoopProtection } from '../engine/desired-state.ts';
import { desiredRoute, desiredState } from '../testing/desired.ts';
import { loopTables, renderLoopTables } from './loop-protection.ts';

const aggregate = (prefix: string) => desiredRoute(prefix, { aggregate: true, service: undefined });
const stateOf = (prefixes: readonly string[], loopProtection?: LoopProtection) => {
  const state = desiredState({ routes: [desiredRoute('198.51.100.7/32'), ...prefixes.map(aggregate)] });
  return { ...state, speaker: { ...state.speaker, ...(loopProtection && { loopProtection }) } };
};

test('without loop-protection there are no tables', () => {
  assert.deepEqual(loopTables(stateOf(['10.96.0.0/16'])), []);
});

test('aggregates, and no exact routes, stand in a table for each length, the longest first', () => {
  const prefixes = ['10.96.0.0/16', '198.51.100.0/24', '203.0.113.0/24', 'fd00:10:96::/112'];
  const tables = loopTables(stateOf(prefixes, { action: 'drop', networks: [] }));
  assert.deepEqual(tables, [
    { family: 'ipv4', length: 24, table: 179_024, prefixes: ['198.51.100.0/24', '203.0.113.0/24'] },
    { family: 'ipv4', length: 16, table: 179_016, prefixes: ['10.96.0.0/16'] },
    { family: 'ipv6', length: 112, table: 179_112, prefixes: ['fd00:10:96::/112'] },
  ]);
});

test('an aggregate inside a network of the node is left to the hosts there', () => {
  const prefixes = ['192.0.2.0/24', '192.0.2.128/25', '192.0.0.0/16'];
  const tables = loopTables(stateOf(prefixes, { action: 'drop', networks: ['192.0.2.0/24', '2001:db8::/64'] }));
  assert.deepEqual(
    tables.flatMap((table) => table.prefixes),
    ['192.0.0.0/16'],
  );
});

test('what is dropped goes into a blackhole, what is rejected is unreachable', () => {
  const tables = loopTables(stateOf(['10.96.0.0/16'], { action: 'drop', networks: [] }));
  assert.ok(renderLoopTables(tables, 'drop').includes('  route 10.96.0.0/16 blackhole;'));
  assert.ok(renderLoopTables(tables, 'reject').includes('  route 10.96.0.0/16 unreachable;'));
});
