// Source file → AST. Reports every lexical and syntactic mistake; what could be understood is in the tree.
// A file without mistakes is parsed in one go, a large one some statements at a time. Otherwise it is cut into statements
// and each is parsed by itself, with repairs, so that one mistake is one diagnostic and the statements around it are
// still checked.

import { type IRecognitionException, type IToken, NotAllInputParsedException } from 'chevrotain';
import type { PolicyFile, Statement } from './ast.ts';
import { habitOf, MANIFEST } from './foreign-words.ts';
import { firstWords } from './grammar/first-words.ts';
import { startsOf } from './grammar/known-lookahead.ts';
import { recoveringParser, strictParser } from './grammar/statements.ts';
import { lex, tokenSpan } from './lexer.ts';
import { messages } from './messages.ts';
import { limitNesting } from './nesting.ts';
import { keywordToken } from './recovery/failure.ts';
import { repair } from './recovery/repair.ts';
import { splitStatements } from './recovery/segments.ts';
import { explainItem } from './recovery/words.ts';
import type { Report } from './report.ts';
import type { SourceFile } from './source-file.ts';
import type { Span } from './span.ts';
import { describe, reportSyntaxError } from './syntax-errors.ts';
import { TooManyMistakes } from './syntax-expectation.ts';

/** No statement needs more; a text that would is reported with what was found until then. */
const MAX_REPAIRS = 20;

/** Parses one file. Never throws, whatever the text. */
export function parse(source: SourceFile, report: Report): PolicyFile {
  const span = { source, start: 0, end: source.text.length };
  const statements = parseInParts(source, report) ?? parseAtOnce(source, report);
  return { kind: 'file', statements, span };
}

function parseAtOnce(source: SourceFile, report: Report): readonly Statement[] {
  const { tokens } = lex(source, report);
  const limited = limitNesting(tokens, source, report);
  return parseWhole(limited, source) ?? parsePieces(limited, source, report);
}

/** A text shorter than this is read as a whole. */
const LARGE_TEXT = 50_000;

/** So many tokens, and what is left of the last statement, are read at a time. */
const PART_TOKENS = 500;

/**
 * The statements of a large text without syntax errors; undefined for others. The tokens of all of it would be the most of
 * what checking a policy keeps in memory at a time; those of a part are gone before V8 copies them to where it keeps what
 * is old. What is accepted part by part is accepted as a whole: no statement goes on with a word that starts one.
 */
export function parseInParts(source: SourceFile, report: Report): readonly Statement[] | undefined {
  const { length } = source.text;
  if (length < LARGE_TEXT) return undefined;
  const stop = { enough: PART_TOKENS, types: startsOf('statement') };
  const reports: Parameters<Report>[] = [];
  const collect: Report = (...reported) => void reports.push(reported);
  const statements: Statement[] = [];
  for (let at = 0; at < length; ) {
    const { tokens, end } = lex(source, collect, at, stop);
    const isDeep = limitNesting(tokens, source, collect) !== tokens;
    const parsed = isDeep ? undefined : parseWhole(tokens, source);
    if (parsed === undefined) return undefined;
    statements.push(...parsed);
    at = end;
  }
  for (const reported of reports) report(...reported);
  return statements;
}

/** All statements of tokens without syntax errors. */
export function parseWhole(tokens: IToken[], source: SourceFile): readonly Statement[] | undefined {
  const parser = strictParser();
  parser.start(tokens, source);
  const statements = parser.policy();
  return parser.errors.length === 0 ? statements : undefined;
}

/** What can be understood of tokens with syntax errors. `next` is the first token behind them, if they are not the last. */
export function parsePieces(tokens: IToken[], source: SourceFile, report: Report, next?: IToken): readonly Statement[] {
  const statements: Statement[] = [];
  const segments = [...splitStatements(tokens, source, report, next)].reverse();
  for (let segment = segments.pop(); segment !== undefined; segment = segments.pop()) {
    const isLast = segments.length === 0 && next === undefined;
    const end = isLast ? 'the end of the file' : 'the end of the statement';
    const started = startWithKeyword(segment, source, report);
    if (started === undefined) continue;
    const { statement, rest } = started.isForeign
      ? parseForeign(started.tokens, source, report, end)
      : parseStatement(started.tokens, source, report, end);
    if (statement !== undefined) statements.push(statement);
    if (rest !== undefined) segments.push(rest);
  }
  return statements;
}

/** What was made of the tokens of one statement; `rest` starts another one on the same line. */
interface ParsedStatement {
  readonly statement: Statement | undefined;
  readonly rest: IToken[] | undefined;
}

/** A statement of another language that starts with a word for one of ours: either it reads like ours, or nothing is said about it. */
function parseForeign(tokens: IToken[], source: SourceFile, report: Report, end: string): ParsedStatement {
  const reports: Parameters<Report>[] = [];
  const span = spanOfStatement(tokens, source);
  const parsed = parseStatement(tokens, source, (...reported) => void reports.push(reported), end);
  if (reports.some(([, { code }]) => code === 'syntax-error' || code === 'unknown-setting')) {
    const [first] = tokens;
    if (first !== undefined) reportUnknownStatement(first, source, report, span);
    return { statement: undefined, rest: parsed.rest };
  }
  for (const reported of reports) report(...reported);
  const [first] = tokens;
  if (first !== undefined) reportUnknownStatement(first, source, report);
  return parsed;
}

/** Parses one statement, again after each repair. */
function parseStatement(tokens: IToken[], source: SourceFile, report: Report, end: string): ParsedStatement {
  for (let repairs = 0; ; repairs++) {
    const { statement, errors } = parseOnce(tokens, source);
    const rest = restAfter(errors, tokens);
    if (rest !== undefined) return { statement, rest };
    const isRepaired = reportErrors(errors, tokens, source, report, end, repairs < MAX_REPAIRS);
    if (!isRepaired) return { statement, rest };
  }
}

function parseOnce(tokens: IToken[], source: SourceFile) {
  const parser = recoveringParser();
  parser.start(tokens, source);
  try {
    return { statement: parser.statement(), errors: parser.errors };
  } catch (error) {
    if (!(error instanceof TooManyMistakes)) throw error;
    return { statement: undefined, errors: parser.errors };
  }
}

/** Reports errors up to the first that could be repaired; those behind it may have come of it. */
function reportErrors(
  errors: readonly IRecognitionException[],
  tokens: IToken[],
  source: SourceFile,
  report: Report,
  end: string,
  mayRepair: boolean,
): boolean {
  for (const error of errors) {
    const outcome = mayRepair ? repair(error, tokens, source, report) : 'unknown';
    if (outcome === 'repaired') return true;
    if (outcome === 'unknown') reportSyntaxError(error, tokens, source, report, end);
  }
  return false;
}

/** The tokens behind a statement if another one starts there. */
function restAfter(errors: readonly IRecognitionException[], tokens: readonly IToken[]): IToken[] | undefined {
  const redundant = errors.find((error) => error instanceof NotAllInputParsedException);
  if (redundant === undefined || errors.length > 1) return undefined;
  const index = tokens.indexOf(redundant.token);
  const isStatement = firstWords('statement').includes(redundant.token.image);
  return index > 0 && isStatement ? tokens.slice(index) : undefined;
}

/** The tokens of a statement with its keyword first. */
interface StartedStatement {
  readonly tokens: IToken[];
  /** True where the keyword stands for a word of another language, which is reported when the rest is read. */
  readonly isForeign: boolean;
}

/** The tokens with a statement keyword first; undefined if none is near enough to guess. */
function startWithKeyword(segment: IToken[], source: SourceFile, report: Report): StartedStatement | undefined {
  const [first, ...others] = segment;
  if (first === undefined) return undefined;
  const known = firstWords('statement');
  if (known.includes(first.image)) return { tokens: segment, isForeign: false };
  const { near } = explainItem(first.image, 'statement');
  const replacement = near === undefined ? undefined : keywordToken(near, first.startOffset, first.image);
  if (replacement === undefined) {
    reportUnknownStatement(first, source, report, spanOfStatement(segment, source));
    return undefined;
  }
  const tokens = [replacement, ...others];
  const isForeign = habitOf(first.image, known) !== undefined;
  if (!isForeign) reportUnknownStatement(first, source, report);
  return { tokens, isForeign };
}

/** Says what could be written instead; `covers` is the text of the statement if nothing of it is understood. */
function reportUnknownStatement(first: IToken, source: SourceFile, report: Report, covers?: Span): void {
  const item = explainItem(first.image, 'statement');
  const { near } = item;
  const span = tokenSpan(first, source);
  report(span, messages['unknown-statement']({ text: describe(first), ...item }), {
    ...(near !== undefined && { fix: { span, newText: near, guess: true } as const }),
    ...(covers !== undefined && { covers }),
    ...(item.advice === MANIFEST && { habit: 'manifest' }),
  });
}

/** The text of a statement up to the end of its last line, where there may be more that is no token. */
function spanOfStatement(tokens: readonly IToken[], source: SourceFile): Span {
  const [first, last] = [tokens[0], tokens.at(-1)];
  const end = last === undefined ? 0 : last.startOffset + last.image.length;
  const lineEnd = source.text.indexOf('\n', end);
  return { source, start: first?.startOffset ?? 0, end: lineEnd < 0 ? source.text.length : lineEnd };
}
