// The files of editors/ that are made from the language.

import { renderTextMateGrammar } from './textmate.ts';
import { renderVimSyntax } from './vim.ts';

/** Path below editors/ → content. */
export function editorFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['vscode/syntaxes/bellbird.tmLanguage.json', renderTextMateGrammar()],
    ['vim/syntax/bellbird.vim', renderVimSyntax()],
  ]);
}
