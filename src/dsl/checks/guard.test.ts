import assert from 'node:assert/strict';
import test from 'node:test';
import { parseMarkedSource } from '../../testing/marked-source.ts';
import { analyse } from '../analyse.ts';
import { lower } from '../lower.ts';
import type { Policy } from '../policy.ts';
import { createMemoryHost } from '../source-host.ts';

const REST = '\npeer a { address 192.0.2.1 as 64500 }';

/** The codes at the marks, without what only says that nothing carries it out. */
function expectCodes(marked: string, codes: readonly string[]): void {
  const { text, spans } = parseMarkedSource(marked);
  const { diagnostics } = analyse(['a.bell'], createMemoryHost({ 'a.bell': text + REST }));
  const found = diagnostics.filter(({ code }) => code !== 'not-yet-supported');
  assert.deepEqual(
    found.map(({ code, labels: [label] }) => ({ code, start: label?.span.start, end: label?.span.end })),
    codes.map((code, index) => ({ code, ...spans[index] })),
    marked,
  );
}

function lowered(text: string): Policy {
  const { model, diagnostics } = analyse(['a.bell'], createMemoryHost({ 'a.bell': text + REST }));
  assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))], ['not-yet-supported']);
  const { speaker } = model.scope;
  assert.ok(speaker !== undefined);
  return lower({ ...model, speaker }, ['a.bell']);
}

const SPEAKER = 'speaker { as 64512 }\n';

test('there is one `guard`, with each limit once', () => {
  expectCodes(`${SPEAKER}guard { max-routes 10 }\n‹guard› { max-routes 20 }`, ['duplicate-setting']);
  expectCodes(`${SPEAKER}guard { max-routes 10 ‹max-routes› 20 }`, ['duplicate-setting']);
  expectCodes(`${SPEAKER}use calico\n‹use calico›`, ['duplicate-setting']);
});

test('the limits of `guard` are numbers that make sense', () => {
  expectCodes(`${SPEAKER}guard { max-routes ‹0› max-withdraw ‹101%› within ‹10ms› confirm within ‹25h› }`, [
    'number-out-of-range',
    'number-out-of-range',
    'duration-out-of-range',
    'duration-out-of-range',
  ]);
  expectCodes(`${SPEAKER}guard { max-withdraw ‹0› within 10s }`, ['number-out-of-range']);
  expectCodes(`${SPEAKER}guard { max-routes 2000 max-withdraw 50% within 10s confirm within 5m }`, []);
});

test('`wait-for` asks an address of a web page, without a password in it', () => {
  for (const url of ['127.0.0.1:10256/healthz', 'ftp://192.0.2.1/', 'http://', 'http://a:b@127.0.0.1/', '']) {
    expectCodes(`speaker { as 64512 wait-for http ‹"${url}"› }`, ['malformed-url']);
  }
  expectCodes('speaker { as 64512 wait-for http "http://127.0.0.1:10256/healthz" wait-for http "https://[::1]/" }', []);
});

test('a setting that only says the default is supported', () => {
  const text = 'speaker { as 64512 install nothing loop-protection off }';
  assert.deepEqual(analyse(['a.bell'], createMemoryHost({ 'a.bell': text + REST })).diagnostics, []);
});

test('what is not carried out yet has its place in the policy', () => {
  const { speaker, guard, calico } = lowered(`speaker {
  as 64512
  wait-for http "http://127.0.0.1:10256/healthz"
  install routes
  loop-protection drop
}
use calico
guard {
  max-routes   2000
  max-withdraw 50% within 10s
  confirm      within 5m
}`);
  const at = (line: number, column: number) => ({ path: 'a.bell', line, column });
  assert.deepEqual(speaker.waitFor, [{ at: at(3, 3), url: 'http://127.0.0.1:10256/healthz' }]);
  assert.deepEqual([speaker.install, speaker.loopProtection, calico], ['routes', 'drop', at(7, 1)]);
  assert.deepEqual(guard, {
    at: at(8, 1),
    maxRoutes: { at: at(9, 3), count: 2000 },
    maxWithdraw: { at: at(10, 3), limit: { kind: 'share', value: 50 }, withinMs: 10_000 },
    confirm: { at: at(11, 3), withinMs: 300_000 },
  });
});
