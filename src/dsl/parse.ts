// Source file → AST. Reports every lexical and syntactic mistake; what could be understood is in the tree.

import type { PolicyFile } from './ast.ts';
import { sharedParser } from './grammar/statements.ts';
import { lex } from './lexer.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';
import { reportSyntaxError } from './syntax-errors.ts';

/** Parses one file. Never throws, whatever the text. */
export function parse(source: SourceFile, report: Report): PolicyFile {
  const { tokens } = lex(source, report);
  const parser = sharedParser();
  parser.source = source;
  parser.input = tokens;
  const statements = parser.policy();
  for (const error of parser.errors) reportSyntaxError(error, tokens, source, report);
  return { kind: 'file', statements, span: { source, start: 0, end: source.text.length } };
}
