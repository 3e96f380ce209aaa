import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoopTable } from '../bgp/index.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createLoopRules, parseRules, type RunIp, removeLoopRules, rulesFor } from './loop-rules.ts';

const table = (length: number, family: LoopTable['family'] = 'ipv4'): LoopTable => ({
  family,
  length,
  table: 179_000 + length,
  prefixes: [],
});

/** Rules as the kernel keeps them, and every batch that changed them. */
function fakeKernel() {
  const rules = { '-4': new Set<string>(), '-6': new Set<string>() };
  const batches: string[] = [];
  let failure: string | undefined;
  const runIp: RunIp = async ([family, ...args], input) => {
    if (failure !== undefined) throw new Error(failure);
    const own = rules[family === '-6' ? '-6' : '-4'];
    if (args[0] === '-j') return JSON.stringify([{ priority: 0, src: 'all', table: 'local' }, ...[...own].map(toJson)]);
    batches.push(input);
    for (const line of input.trim().split('\n')) {
      const [, action, rest = ''] = /^rule (add|del) (.*)$/.exec(line) ?? [];
      if (action === 'add') own.add(rest);
      else assert.ok(own.delete(rest), `there is no rule ${rest}`);
    }
    return '';
  };
  const fail = (message: string | undefined) => {
    failure = message;
  };
  return { rules, batches, runIp, fail };
}

/** `ip -j rule show` of iproute2 6.1. */
function toJson(line: string): unknown {
  const [, lookup, , suppress, priority, protocol] =
    /^not iif lo lookup (\S+)( suppress_prefixlength (\d+))? priority (\d+) protocol (\d+)$/.exec(line) ?? [];
  return {
    priority: Number(priority),
    not: null,
    src: 'all',
    iif: 'lo',
    table: lookup,
    ...(suppress === undefined ? {} : { suppress_prefixlen: Number(suppress) }),
    protocol,
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

function keeper() {
  const kernel = fakeKernel();
  const clock = createManualClock();
  const looks: (string | undefined)[] = [];
  const rules = createLoopRules({ clock, runIp: kernel.runIp, onLook: (failure) => looks.push(failure) });
  return { kernel, clock, looks, rules };
}

test('longer prefixes are asked first, and the main table before the blackholes of a length', () => {
  const rules = rulesFor([table(24), table(16)]);
  assert.deepEqual(
    [...rules].sort((a, b) => a.priority - b.priority).map((rule) => [rule.table, rule.suppress]),
    [
      ['main', 23],
      ['179024', undefined],
      ['main', 15],
      ['179016', undefined],
    ],
  );
});

test('rules are made once, and only what differs is changed later', async () => {
  const { kernel, looks, rules } = keeper();
  rules.want([table(16), table(112, 'ipv6')]);
  await settle();
  assert.deepEqual([kernel.rules['-4'].size, kernel.rules['-6'].size], [2, 2]);
  assert.equal(kernel.batches.length, 2);
  rules.want([table(16), table(112, 'ipv6')]);
  await settle();
  assert.equal(kernel.batches.length, 2);
  rules.want([table(24), table(16), table(112, 'ipv6')]);
  await settle();
  assert.equal(kernel.batches[2]?.split('\n').length, 3);
  assert.deepEqual(looks, [undefined, undefined]);
});

test('an agent that starts leaves the rules of the one before as they are', async () => {
  const { kernel, rules } = keeper();
  rules.want([table(16)]);
  await settle();
  rules.stop();
  const next = createLoopRules({ clock: createManualClock(), runIp: kernel.runIp, onLook: () => undefined });
  const before = kernel.batches.length;
  next.want([table(16)]);
  await settle();
  assert.equal(kernel.batches.length, before);
});

test('the rule that lets pass comes before the blackholes, and goes after them', async () => {
  const { kernel, rules } = keeper();
  rules.want([table(16)]);
  await settle();
  rules.want([]);
  await settle();
  const tables = kernel.batches.map((batch) => [...batch.matchAll(/lookup (\S+)/g)].map(([, name]) => name));
  assert.deepEqual(tables, [
    ['main', '179016'],
    ['179016', 'main'],
  ]);
});

test('rules that somebody took away come back', async () => {
  const { clock, kernel, rules } = keeper();
  rules.want([table(16)]);
  await settle();
  kernel.rules['-4'].clear();
  clock.advance(10_000);
  await settle();
  assert.equal(kernel.rules['-4'].size, 2);
});

test('what goes wrong is told until it is over', async () => {
  const { clock, kernel, looks, rules } = keeper();
  kernel.fail('the program `ip` is missing (package iproute2)');
  rules.want([table(16)]);
  await settle();
  kernel.fail(undefined);
  clock.advance(10_000);
  await settle();
  assert.deepEqual(looks, ['the program `ip` is missing (package iproute2)', undefined]);
});

test('where nothing is wanted, a machine without the program is fine', async () => {
  const { kernel, looks, rules } = keeper();
  kernel.fail('the program `ip` is missing (package iproute2)');
  rules.want([]);
  await settle();
  assert.deepEqual(looks, [undefined]);
  await removeLoopRules(kernel.runIp);
});

test('rules that cannot be taken away are told', async () => {
  const { kernel, rules } = keeper();
  rules.want([table(16)]);
  await settle();
  const refuse: RunIp = (args, input) =>
    args.includes('-batch') ? Promise.reject(new Error('not permitted')) : kernel.runIp(args, input);
  assert.equal(await removeLoopRules(refuse), 'not permitted');
  assert.equal(await removeLoopRules(kernel.runIp), undefined);
  assert.equal(kernel.rules['-4'].size, 0);
});

test('on withdrawal, rules that stay are told', async () => {
  const kernel = fakeKernel();
  const runIp: RunIp = (args, input) =>
    input.includes('rule del') ? Promise.reject(new Error('not permitted')) : kernel.runIp(args, input);
  const rules = createLoopRules({ clock: createManualClock(), runIp, onLook: () => undefined });
  rules.want([table(16)]);
  await settle();
  assert.equal(await rules.remove(), 'not permitted');
});

test('only rules with our mark in our place are ours', async () => {
  const rule = { priority: 32_224, not: null, src: 'all', iif: 'lo', table: 'main', suppress_prefixlen: 15 };
  const text = JSON.stringify([
    { ...rule, protocol: '179' },
    { ...rule, protocol: 'boot' },
    rule,
    { ...rule, protocol: '179', priority: 100 },
    { ...rule, protocol: '179', priority: 32_766 },
  ]);
  assert.deepEqual(parseRules(text, 'ipv4'), [{ family: 'ipv4', priority: 32_224, table: 'main', suppress: 15 }]);
  assert.deepEqual(parseRules('', 'ipv6'), []);
});

test('on withdrawal all of them go, and none comes back', async () => {
  const { clock, kernel, rules } = keeper();
  rules.want([table(16)]);
  await settle();
  await rules.remove();
  clock.advance(60_000);
  rules.want([table(24)]);
  await settle();
  assert.equal(kernel.rules['-4'].size, 0);
});
