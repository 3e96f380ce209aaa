import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayDoOneOf } from './capabilities.ts';

const status = (effective: string) => `Name:\tbird\nCapPrm:\tffffffffffffffff\nCapEff:\t${effective}\nCapBnd:\t0\n`;

test('a process may do what stands in its effective capabilities', () => {
  assert.equal(mayDoOneOf(status('0000000000002000'), ['CAP_NET_RAW']), true);
  assert.equal(mayDoOneOf(status('0000000000001000'), ['CAP_NET_RAW']), false);
  assert.equal(mayDoOneOf(status('0000000000001000'), ['CAP_NET_RAW', 'CAP_NET_ADMIN']), true);
  assert.equal(mayDoOneOf(status('000001fffeffffff'), ['CAP_NET_RAW']), true);
});

test('of a process that is gone nothing is known', () => {
  assert.equal(mayDoOneOf('', ['CAP_NET_RAW']), undefined);
});
