// Source file → AST. Reports every lexical and syntactic mistake; what could be understood is in the tree.
// A file without mistakes is parsed in one go. Otherwise it is cut into statements and each is parsed by itself, with
// repairs, so that one mistake is one diagnostic and the statements around it are still checked.

import { type IToken, NotAllInputParsedException } from 'chevrotain';
import type { PolicyFile, Statement } from './ast.ts';
import { firstWords } from './grammar/first-words.ts';
import { type PolicyParser, sharedParser } from './grammar/statements.ts';
import { lex, tokenSpan } from './lexer.ts';
import { messages } from './messages.ts';
import { limitNesting } from './nesting.ts';
import { keywordToken, nearestWord, repair } from './repairs.ts';
import type { Report } from './report.ts';
import { splitStatements } from './segments.ts';
import type { SourceFile } from './source-file.ts';
import { describe, reportSyntaxError } from './syntax-errors.ts';

/** No statement needs more; a text that would is reported with what was found until then. */
const MAX_REPAIRS = 20;

/** Parses one file. Never throws, whatever the text. */
export function parse(source: SourceFile, report: Report): PolicyFile {
  const { tokens } = lex(source, report);
  const limited = limitNesting(tokens, source, report);
  const parser = sharedParser();
  parser.source = source;
  parser.input = limited;
  const statements = parser.policy();
  const span = { source, start: 0, end: source.text.length };
  if (parser.errors.length === 0) return { kind: 'file', statements, span };
  const recovered = splitStatements(limited, source, report).flatMap((segment) =>
    parseSegment(segment, parser, report),
  );
  return { kind: 'file', statements: recovered, span };
}

/** Parses the tokens of one statement, and of any that follow on the same line. */
function parseSegment(segment: IToken[], parser: PolicyParser, report: Report): readonly Statement[] {
  const { source } = parser;
  const tokens = startWithKeyword(segment, source, report);
  if (tokens === undefined) return [];
  for (let repairs = 0; ; repairs++) {
    parser.input = tokens;
    const statement = parser.statement();
    const { errors } = parser;
    const rest = restAfter(errors, tokens);
    const remaining =
      rest === undefined ? errors : errors.filter((error) => !(error instanceof NotAllInputParsedException));
    let repaired = false;
    for (const error of remaining) {
      const outcome = repairs < MAX_REPAIRS && !repaired ? repair(error, tokens, source, report) : 'unknown';
      if (outcome === 'repaired') repaired = true;
      else if (outcome === 'unknown' && !repaired) reportSyntaxError(error, tokens, source, report);
      if (repaired) break;
    }
    if (repaired) continue;
    const found = statement === undefined ? [] : [statement];
    return rest === undefined ? found : [...found, ...parseSegment(rest, parser, report)];
  }
}

/** The tokens behind a statement if another one starts there. */
function restAfter(errors: PolicyParser['errors'], tokens: readonly IToken[]): IToken[] | undefined {
  const redundant = errors.find((error) => error instanceof NotAllInputParsedException);
  if (redundant === undefined || errors.length > 1) return undefined;
  const index = tokens.indexOf(redundant.token);
  const isStatement = firstWords('statement').includes(redundant.token.image);
  return index > 0 && isStatement ? tokens.slice(index) : undefined;
}

/** The tokens with a statement keyword first; undefined if none is near enough to guess. */
function startWithKeyword(segment: IToken[], source: SourceFile, report: Report): IToken[] | undefined {
  const [first, ...others] = segment;
  if (first === undefined) return undefined;
  const known = firstWords('statement');
  if (known.includes(first.image)) return segment;
  const near = nearestWord(first.image, known);
  const span = tokenSpan(first, source);
  const fix = near === undefined ? {} : { fix: { span, newText: near } };
  report(span, messages['unknown-statement']({ text: describe(first), near, known }), fix);
  const replacement = near === undefined ? undefined : keywordToken(near, first.startOffset, first.image);
  return replacement === undefined ? undefined : [replacement, ...others];
}
