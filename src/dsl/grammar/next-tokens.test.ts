import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lex } from '../lexer.ts';
import { createSourceFile } from '../source-file.ts';
import { nextTokens } from './next-tokens.ts';

const cases: readonly { readonly rule: string; readonly text: string; readonly next: readonly string[] }[] = [
  { rule: 'peerSetting', text: 'as 64512 export', next: ["'all'", "'nothing'", 'Ref'] },
  { rule: 'peerSetting', text: 'next-hop', next: ["'self'", "'keep'", "'auto'"] },
  { rule: 'addressKind', text: '', next: ["'cluster-ip'", "'external-ip'", "'load-balancer-ip'"] },
  { rule: 'prefixes', text: '192.0.2.0/24,', next: ['Prefix4', 'Prefix6', 'Address4', 'Address6', 'Ref'] },
  { rule: 'statement', text: 'service', next: ['Path', "'where'"] },
  { rule: 'statement', text: 'speaker } {', next: [] },
  { rule: 'no-such-rule', text: '', next: [] },
];

for (const { rule, text, next } of cases) {
  test(`${rule} behind \`${text}\` goes on with ${next.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(
      nextTokens(rule, tokensOf(text)).map(({ type }) => type.name),
      next,
    );
  });
}

test('an optional part may be skipped, and a finished statement be followed by another', () => {
  const next = nextTokens('statement', tokensOf('range x external-ip 203.0.113.0/24')).map(({ type }) => type.name);
  for (const name of ['Comma', "'for'", "'except'", "'aggregate'", 'LeftBrace', "'peer'"]) {
    assert.ok(next.includes(name), name);
  }
});

test('names the rules a token stands in, outermost first', () => {
  const [, , ref] = nextTokens('peerSetting', tokensOf('export'));
  assert.deepEqual(ref?.rules, ['peerSetting', 'filters', 'refs', 'ref']);
});

test('reads a list of any length', () => {
  const list = Array.from({ length: 5000 }, () => '192.0.2.1').join(', ');
  assert.ok(nextTokens('statement', tokensOf(`let x = ${list}`)).length > 0);
});

function tokensOf(text: string) {
  return lex(createSourceFile('x.bell', text), () => undefined).tokens;
}
