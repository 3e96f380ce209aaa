// The syntax file for Vim and Neovim.

import { INSIDE_WORD, literalPatterns, sortWords } from './words.ts';

/** The content of `syntax/bellbird.vim`. */
export function renderVimSyntax(): string {
  const lines = [
    '" Syntax of bellbird policies. Generated from the tokens and the grammar of the language.',
    '',
    "if exists('b:current_syntax')",
    '  finish',
    'endif',
    '',
    'syntax iskeyword @,48-57,_,-',
    'syntax sync minlines=50',
    '',
    // A name may be any word, so it is looked for right behind the word that declares it, before all others.
    `syntax match bellbirdName "\\v%(%(in|not)>)@![A-Za-z][A-Za-z0-9_-]*" contained`,
    ...wordLines(),
    '',
    // Of the items that match at one place Vim takes the last, the lexer the first.
    ...literalPatterns().map(toMatch).toReversed(),
    '',
    'syntax match bellbirdOperator "\\v[=!<>]\\=|[<>=]"',
    'syntax match bellbirdEscape +\\v\\\\%(["\\\\nt]|u\\{[0-9A-Fa-f]+\\})+ contained',
    'syntax region bellbirdString start=+"+ skip=+\\\\.+ end=+"+ oneline contains=bellbirdEscape',
    'syntax match bellbirdComment "#.*$" contains=@Spell',
    '',
    ...Object.entries(LINKS).map(([group, link]) => `highlight default link bellbird${group} ${link}`),
    '',
    "let b:current_syntax = 'bellbird'",
  ];
  return `${lines.join('\n')}\n`;
}

function wordLines(): readonly string[] {
  const words = sortWords();
  const others = words.statements.filter((word) => !words.declaring.includes(word));
  return [
    keywords('Statement', words.declaring, ' nextgroup=bellbirdName skipwhite'),
    keywords('Statement', others),
    keywords('Verb', words.verbs),
    keywords('Operator', words.operators),
    keywords('Clause', words.clauses),
    keywords('Setting', words.settings),
    keywords('Field', words.fields),
    keywords('Constant', words.constants),
  ];
}

function toMatch({ name, pattern }: ReturnType<typeof literalPatterns>[number]): string {
  const group = name === 'Path' ? 'Path' : 'Number';
  return `syntax match bellbird${group} ;\\v${toVimPattern(INSIDE_WORD)}@<!%(${toVimPattern(pattern)});`;
}

const LINKS = {
  Statement: 'Structure',
  Name: 'Identifier',
  Verb: 'Statement',
  Operator: 'Operator',
  Clause: 'Keyword',
  Setting: 'Type',
  Field: 'Special',
  Constant: 'Constant',
  Number: 'Number',
  Path: 'Directory',
  String: 'String',
  Escape: 'SpecialChar',
  Comment: 'Comment',
} as const;

function keywords(group: string, words: readonly string[], options = ''): string {
  return `syntax keyword bellbird${group}${options} ${words.join(' ')}`;
}

/**
 * A regular expression of JavaScript in Vim's very magic form. It knows what the tokens use: classes, groups,
 * look-ahead and counts.
 */
export function toVimPattern(pattern: string): string {
  const closers: string[] = [];
  let result = '';
  for (const [part] of pattern.matchAll(/\[[^\]]*\]|\\.|\(\?[:=!]|./g)) {
    if (part === '(?:' || part === '(?=' || part === '(?!' || part === '(') {
      result += part === '(' ? '(' : '%(';
      closers.push(part === '(?=' ? ')@=' : part === '(?!' ? ')@!' : ')');
    } else if (part === ')') result += closers.pop() ?? ')';
    else result += /^[%@&~<>=]$/.test(part) ? `\\${part}` : part;
  }
  return result;
}
