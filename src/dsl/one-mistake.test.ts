import assert from 'node:assert/strict';
import test from 'node:test';
import { compile } from './compile.ts';
import { createMemoryHost } from './source-host.ts';

function diagnosticsOf(content: string | Uint8Array) {
  return compile(['p.bell'], createMemoryHost({ 'p.bell': content })).diagnostics;
}

function codesOf(content: string | Uint8Array): readonly string[] {
  return diagnosticsOf(content).map(({ code }) => code);
}

const POLICY = 'speaker { as 64512 }\npeer tor-a { address 192.0.2.1 as 64500 }\n';

test('text that is wrong and does not fit its place is one mistake', () => {
  assert.deepEqual(codesOf(`${POLICY}exclude nodes where labels.rack == "a"`), ['syntax-error']);
  assert.deepEqual(codesOf(`${POLICY}peer b { address 192.0.2.1/24 as 64500 }`), ['syntax-error']);
  assert.deepEqual(codesOf(`${POLICY}exclude prefixes 192.0.2.1/24`), ['host-bits']);
});

test('nothing is said about the text of a statement that is not understood', () => {
  assert.deepEqual(codesOf(`${POLICY}protocol bgp tor { neighbor 192.0.2.1/24 as [64500]; };`), ['unknown-statement']);
  assert.deepEqual(codesOf(`${POLICY}route-map OUT permit 10\n match ip address prefix-list A;\n`), [
    'unknown-statement',
  ]);
});

test('a statement with the word of another language for ours is read where it reads like ours', () => {
  const [unknown, bits] = diagnosticsOf(
    `${POLICY}neighbor b { address 192.0.2.2 as 64500 }\nexclude prefixes 10.0.0.1/8`,
  );
  assert.equal(unknown?.help, 'replace it with `peer`');
  assert.equal(bits?.code, 'host-bits');
});

test('a habit of another language is told once, and repaired everywhere', () => {
  const text = 'speaker { as 64512; };\npeer a { address 192.0.2.1; as 64500; };\n';
  const [habit, ...others] = diagnosticsOf(text);
  assert.deepEqual(others, []);
  assert.deepEqual(habit?.notes, ['the same in 4 more places of this file']);
  assert.equal(habit?.fixes?.[0]?.edits.length, 5);
});

test('of a file in another encoding the encoding is said, and its names are known', () => {
  const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  assert.deepEqual(
    codesOf(latin(`# caf\xe9\n${POLICY}peer b { address 192.0.2.2 as 64500 export f }\nfilter f { accept }`)),
    ['undecodable-text'],
  );
  assert.deepEqual(codesOf(latin('\xff\xfes\0p\0e\0')), ['undecodable-text']);
});
