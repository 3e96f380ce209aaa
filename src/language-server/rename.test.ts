import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { renameAt, renameableAt } from './rename.ts';
import { openPolicy, SPEAKER } from './testdata/open-policy.ts';

/** Before, the new name, after. The cursor is at the mark. */
const renames: readonly (readonly [string, string, string])[] = [
  ['let ‹›a = 192.0.2.1\nexclude prefixes a', 'b', 'let b = 192.0.2.1\nexclude prefixes b'],
  ['let a = 192.0.2.1\nexclude prefixes ‹›a', 'bogons', 'let bogons = 192.0.2.1\nexclude prefixes bogons'],
  [
    'range r external-ip 203.0.113.0/24\nfilter f { accept if range in (‹›r, "r") }',
    'public',
    'range public external-ip 203.0.113.0/24\nfilter f { accept if range in (public, "public") }',
  ],
  [
    'filter ‹›f { accept }\npeer p { address 192.0.2.1 as 64500 export "f", f }',
    'out',
    'filter out { accept }\npeer p { address 192.0.2.1 as 64500 export "out", out }',
  ],
  [
    'template t { as 64500 }\npeer p from ‹›t { address 192.0.2.1 }\nservice */* { to t }',
    'fabric',
    'template fabric { as 64500 }\npeer p from fabric { address 192.0.2.1 }\nservice */* { to fabric }',
  ],
  ['let ‹›a = 192.0.2.1\nrange a external-ip a', 'range', 'let range = 192.0.2.1\nrange a external-ip range'],
];

for (const [before, newName, after] of renames) {
  test(`renames to \`${newName}\` in \`${before.replaceAll('\n', ' ')}\``, () => {
    const { file, text, cursor, workspace } = openPolicy(`${before}${SPEAKER}`);
    const renamed = renameAt(file, cursor, newName, workspace);
    assert.equal(renamed.kind, 'edits', JSON.stringify(renamed));
    const edits = renamed.kind === 'edits' ? (renamed.edits.get(file.path) ?? []) : [];
    const document = TextDocument.create('', '', 0, text);
    assert.equal(TextDocument.applyEdits(document, [...edits]), `${after}${SPEAKER}`);
  });
}

const refusals: readonly (readonly [string, string, RegExp])[] = [
  ['let ‹›a = 192.0.2.1', 'except', /reserved word/],
  ['let ‹›a = 192.0.2.1', '9a', /is no name/],
  ['let ‹›a = 192.0.2.1', 'a b', /is no name/],
  ['let ‹›a = 64500', 'AS64501', /AS number/],
  ['let ‹›a = 192.0.2.1\nlet b = 192.0.2.2', 'b', /a value `b` already/],
  ['peer ‹›p { address 192.0.2.1 as 64500 }\ntemplate t { }', 't', /a template `t` already/],
  ['peer p { export ‹›nobody }', 'x', /no name that can be renamed/],
  ['peer p { ‹›bfd }', 'x', /no name that can be renamed/],
  ['let ‹›a = 192.0.2.1\nservice */* where name == b { med 1 }\nexclude prefixes a', 'b', /say something else/],
];

for (const [before, newName, reason] of refusals) {
  test(`refuses \`${newName}\` in \`${before.replaceAll('\n', ' ')}\``, () => {
    const { file, cursor, workspace } = openPolicy(`${before}${SPEAKER}`);
    const renamed = renameAt(file, cursor, newName, workspace);
    assert.match(renamed.kind === 'refused' ? renamed.reason : 'renamed', reason);
  });
}

test('renames in every file of the policy', () => {
  const { file, cursor, workspace } = openPolicy({
    '/policy/edge.bell': `include "parts/*.bell"\nexclude prefixes ‹›bogons${SPEAKER}`,
    '/policy/parts/a.bell': 'let bogons = 192.168.0.0/16',
    '/policy/parts/b.bell': 'filter f { reject if prefix in bogons }',
  });
  const renamed = renameAt(file, cursor, 'private', workspace);
  const edits = renamed.kind === 'edits' ? renamed.edits : new Map();
  assert.deepEqual([...edits.keys()].sort(), ['/policy/edge.bell', '/policy/parts/a.bell', '/policy/parts/b.bell']);
});

test('renames in every policy that shares the file', () => {
  const { file, cursor, workspace } = openPolicy({
    '/common/lets.bell': 'let ‹›bogons = 192.168.0.0/16',
    '/one/edge.bell': `include "../common/lets.bell"\nexclude prefixes bogons${SPEAKER}`,
    '/two/edge.bell': `include "../common/lets.bell"\nexclude prefixes bogons${SPEAKER}`,
  });
  const renamed = renameAt(file, cursor, 'private', workspace);
  const edits = renamed.kind === 'edits' ? renamed.edits : new Map();
  assert.deepEqual([...edits.keys()].sort(), ['/common/lets.bell', '/one/edge.bell', '/two/edge.bell']);
  assert.equal(edits.get('/common/lets.bell')?.length, 1);
});

test('renames while another statement is broken', () => {
  const { file, cursor, workspace } = openPolicy(`let ‹›a = 192.0.2.1\nexclude prefixes a\npeer {${SPEAKER}`);
  assert.equal(renameAt(file, cursor, 'b', workspace).kind, 'edits');
});

test('says what would be renamed', () => {
  const { file, marks } = openPolicy(`let ‹bogons› = 192.0.2.1\npeer p { ‹export› ‹nobody› }${SPEAKER}`);
  const found = marks.map(({ start }) => renameableAt(file, start)?.placeholder);
  assert.deepEqual(found, ['bogons', undefined, undefined]);
});
