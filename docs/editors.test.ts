// The files in editors/ that colour policies are those of the language. UPDATE_GOLDEN=1 rewrites them.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { editorFiles } from '../build/editors/editor-files.ts';
import { toVimPattern } from '../build/editors/vim.ts';
import { literalPatterns, sortWords } from '../build/editors/words.ts';
import { tokens } from '../src/dsl/editor.ts';
import { assertGolden } from '../src/testing/golden.ts';
import { type Json, toJsonList } from '../src/testing/lsp-client.ts';
import { isRecord } from '../src/unknown.ts';

const editors = join(import.meta.dirname, '../editors');
const SAMPLE = join(import.meta.dirname, '../src/dsl/testdata/sample.bell');

test('the generated files of the editors are those of the language', () => {
  for (const [path, content] of editorFiles()) assertGolden(join(editors, path), content);
});

test('every word of the language has exactly one kind', () => {
  const { declaring, ...kinds } = sortWords();
  const words = Object.values(kinds).flat();
  assert.deepEqual([...words].sort(), [...tokens.RESERVED_WORDS, ...tokens.PLAIN_KEYWORDS].sort());
  assert.equal(declaring.length, 5);
});

const coloured: readonly (readonly [text: string, scope: string])[] = [
  ['range', 'storage.type'],
  ['accept', 'keyword.control'],
  ['hold-time', 'variable.other.property'],
  ['as-path', 'variable.language'],
  ['no-export', 'constant.language'],
  ['not', 'keyword.operator.word'],
  ['2001:db8::/32', 'constant.numeric.prefix6'],
  ['192.0.2.1', 'constant.numeric.address4'],
  ['64512:100', 'constant.numeric.standard-community'],
  ['64512:1:2', 'constant.numeric.large-community'],
  ['rt:64512:100', 'constant.numeric.extended-community'],
  ['kube-system/*', 'entity.name.namespace.path'],
  ['300ms', 'constant.numeric.duration'],
  ['AS64512', 'constant.numeric.as-number'],
  ['/27', 'constant.numeric.length'],
  ['50%', 'constant.numeric.percent'],
];

for (const [text, scope] of coloured) {
  test(`the TextMate grammar takes \`${text}\` for ${scope}`, () => {
    assert.ok(scopeOf(`x ${text} y`, text).startsWith(scope), scopeOf(`x ${text} y`, text));
  });
}

test('the TextMate grammar sees no word or number inside another word', () => {
  for (const text of ['to-accept', 'accept2', 'tor-1', 'x.accept']) assert.equal(scopeOf(` ${text} `, text), '');
});

test('the language configuration and the package of VS Code are JSON and name files that are there', () => {
  const description = readJson('vscode/package.json');
  const contributes = isRecord(description.contributes) ? description.contributes : {};
  const named = [
    ...toJsonList(contributes.languages).map(({ configuration }) => configuration),
    ...toJsonList(contributes.grammars).map(({ path }) => path),
    description.main,
  ];
  for (const path of named) assert.ok(readFileSync(join(editors, 'vscode', String(path)), 'utf8').length > 0);
  assert.ok(isRecord(readJson('vscode/language-configuration.json').comments));
});

test('regular expressions of the tokens become those of Vim', () => {
  assert.equal(toVimPattern('(?:a|b)+(?![A-Z%])'), '%(a|b)+%([A-Z%])@!');
  assert.equal(toVimPattern('(?=x)\\d+\\.%'), '%(x)@=\\d+\\.\\%');
  assert.ok(literalPatterns().every(({ pattern }) => !toVimPattern(pattern).includes('(?')));
});

const hasVim = spawnSync('vim', ['--version'], { encoding: 'utf8' }).stdout?.includes('+syntax') === true;

test('Vim colours the sample as the language means it', {
  skip: hasVim ? false : 'no vim with syntax files here',
}, () => {
  const expected = {
    speaker: 'bellbirdStatement',
    '64512': 'bellbirdNumber',
    anycast: 'bellbirdName',
    '64512:100': 'bellbirdNumber',
    '203.0.113.0/24': 'bellbirdNumber',
    '2001:db8:100::/64': 'bellbirdNumber',
    'kube-system/*': 'bellbirdPath',
    'external-ip': 'bellbirdConstant',
    'to-fabric': 'bellbirdName',
    'traffic-policy': 'bellbirdField',
    require: 'bellbirdSetting',
    where: 'bellbirdClause',
    reject: 'bellbirdVerb',
    '"edge"': 'bellbirdString',
  };
  const groups = vimGroups(SAMPLE);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((word) => [word, groups.get(word)])), expected);
});

/** The group of the first place of every word of a file, as Vim sees it. */
function vimGroups(path: string): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'bellbird-vim-'));
  try {
    const output = join(folder, 'groups.txt');
    writeFileSync(join(folder, 'dump.vim'), vimScript(path, output));
    spawnSync('vim', ['-u', 'NONE', '-es', '--not-a-term', '-S', join(folder, 'dump.vim')], { timeout: 20_000 });
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n').reverse();
    return new Map(lines.map((line): [string, string] => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function vimScript(path: string, output: string): string {
  return `set nocompatible
set runtimepath^=${join(editors, 'vim')}
filetype plugin on
syntax on
edit ${path}
let s:groups = []
for s:line in range(1, line('$'))
  let s:match = matchstrpos(getline(s:line), '[^ ,(){}]\\+', 0)
  while s:match[1] >= 0
    if synIDattr(synID(s:line, 1, 1), 'name') !=# 'bellbirdComment'
      call add(s:groups, s:match[0] . ' ' . synIDattr(synID(s:line, s:match[1] + 1, 1), 'name'))
    endif
    let s:match = matchstrpos(getline(s:line), '[^ ,(){}]\\+', s:match[2])
  endwhile
endfor
call writefile(s:groups, '${output}')
qall!
`;
}

/** The scope that the first matching pattern gives to a text in a line. */
function scopeOf(line: string, text: string): string {
  const start = line.indexOf(text);
  for (const { name, match } of toJsonList(readJson('vscode/syntaxes/bellbird.tmLanguage.json').patterns)) {
    if (typeof match !== 'string' || typeof name !== 'string') continue;
    const found = [...line.matchAll(new RegExp(match, 'g'))].find(({ index }) => index === start);
    if (found !== undefined) return found[0] === text ? name : '';
  }
  return '';
}

function readJson(path: string): Json {
  const value: unknown = JSON.parse(readFileSync(join(editors, path), 'utf8'));
  return isRecord(value) ? value : {};
}
