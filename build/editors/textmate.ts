// The TextMate grammar: colours without a language server, for VS Code and everything else that reads such grammars. It
// sees one line at a time, so a name that is also a word of the language may get the wrong colour; the language server
// sends the right ones.

import { INSIDE_WORD, literalPatterns, sortWords } from './words.ts';

const NAME = '[A-Za-z][A-Za-z0-9_-]*';

/** The content of `bellbird.tmLanguage.json`. */
export function renderTextMateGrammar(): string {
  const words = sortWords();
  const grammar = {
    name: 'bellbird',
    scopeName: 'source.bellbird',
    fileTypes: ['bell'],
    patterns: [
      { name: 'comment.line.number-sign.bellbird', match: '#.*$' },
      { include: '#string' },
      {
        match: `^\\s*(${words.declaring.join('|')})\\s+(${NAME})(?!\\s*(?:[=!<>]=|[<>]))`,
        captures: { 1: { name: 'storage.type.bellbird' }, 2: { name: 'entity.name.type.bellbird' } },
      },
      { name: 'storage.type.bellbird', match: `^\\s*(?:${words.statements.join('|')})(?!${INSIDE_WORD})` },
      ...literalPatterns().map(({ name, pattern }) => ({
        name: `${name === 'Path' ? 'entity.name.namespace' : 'constant.numeric'}.${kebab(name)}.bellbird`,
        match: `(?<!${INSIDE_WORD})(?:${pattern})`,
      })),
      wordsPattern('keyword.control.bellbird', words.verbs),
      wordsPattern('keyword.operator.word.bellbird', words.operators),
      wordsPattern('keyword.other.bellbird', words.clauses),
      wordsPattern('variable.other.property.bellbird', words.settings),
      wordsPattern('variable.language.bellbird', words.fields),
      wordsPattern('constant.language.bellbird', words.constants),
      wordsPattern('storage.type.bellbird', words.statements),
      { name: 'keyword.operator.bellbird', match: '[=!<>]=|[<>=]' },
      { name: 'punctuation.separator.bellbird', match: ',' },
    ],
    repository: {
      string: {
        name: 'string.quoted.double.bellbird',
        begin: '"',
        end: '"|$',
        patterns: [{ name: 'constant.character.escape.bellbird', match: '\\\\(?:["\\\\nt]|u\\{[0-9A-Fa-f]+\\})' }],
      },
    },
  };
  return `${JSON.stringify(grammar, undefined, 2)}\n`;
}

function wordsPattern(name: string, words: readonly string[]): { name: string; match: string } {
  return { name, match: `(?<!${INSIDE_WORD})(?:${words.join('|')})(?!${INSIDE_WORD})` };
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}
