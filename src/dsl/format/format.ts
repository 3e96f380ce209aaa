// Policy text → the same policy in the one style there is. The text is parsed, printed, parsed again, and the two trees
// and the comments are compared: a formatter that would change what a policy says refuses instead. A file with syntax
// errors is refused as well; errors of meaning and what is not supported yet do not matter here.
//
// The style: two spaces a level; a statement, setting or rule a line; at most one blank line in a row, and none at the
// ends of a block; lines of 100 columns, what is longer continues four columns further right, a list one value a line.

import type { PolicyFile } from '../ast.ts';
import { type Diagnostic, isError } from '../diagnostic.ts';
import { lex } from '../lexer.ts';
import { decodeSource } from '../load.ts';
import { parse } from '../parse.ts';
import { createReporter } from '../report.ts';
import { createSourceFile, type SourceFile } from '../source-file.ts';
import { alignColumns, lineText } from './columns.ts';
import { type PlacedTokens, placeComments } from './comments.ts';
import { layOut } from './layout.ts';
import { printFile } from './print.ts';
import { isSameTree } from './same-tree.ts';

/** A formatted text, or why there is none. */
export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** The text is no policy: `diagnostics` say where, `sources` hold the text they point into. */
  | {
      readonly kind: 'refused';
      readonly why: 'syntax';
      readonly diagnostics: readonly Diagnostic[];
      readonly sources: readonly SourceFile[];
    }
  /** A bug of the formatter, noticed in time. */
  | { readonly kind: 'refused'; readonly why: 'unsound'; readonly message: string };

/** Formats one policy file; `path` is for diagnostics. Never changes what the policy says, and never loses a comment. */
export function formatPolicy(content: string | Uint8Array, path = ''): Formatted {
  const before = read(content, path);
  if (before.errors.length > 0) {
    return { kind: 'refused', why: 'syntax', diagnostics: before.errors, sources: [before.source] };
  }
  let text: string;
  try {
    text = print(before.file, before.placed);
  } catch (error) {
    return unsound(path, error instanceof Error ? error.message : String(error));
  }
  const after = read(text, path);
  if (after.errors.length > 0) return unsound(path, 'the formatted text does not parse');
  if (!isSameTree(before.file, after.file)) return unsound(path, 'the formatted text says something else');
  if (!isSameTree(commentsOf(before.placed), commentsOf(after.placed))) return unsound(path, 'a comment would be lost');
  return { kind: 'formatted', text };
}

interface Reading {
  readonly source: SourceFile;
  readonly file: PolicyFile;
  readonly placed: PlacedTokens;
  readonly errors: readonly Diagnostic[];
}

function read(content: string | Uint8Array, path: string): Reading {
  const reporter = createReporter();
  const source =
    typeof content === 'string'
      ? createSourceFile(path, withoutMark(content))
      : decodeSource(path, content, reporter.report);
  const file = parse(source, reporter.report);
  const placed = placeComments(
    source.text,
    lex(source, () => undefined),
  );
  return { source, file, placed, errors: reporter.diagnostics([path]).filter(isError) };
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function print(file: PolicyFile, placed: PlacedTokens): string {
  const lines = alignColumns(layOut(printFile(file, placed), placed.after, 0));
  return lines.map((line) => `${line.blankBefore ? '\n' : ''}${lineText(line)}\n`).join('');
}

/** Every comment of a file in order. */
function commentsOf({ tokens, after }: PlacedTokens): readonly string[] {
  const inOrder = tokens.flatMap(({ before, suffix }) => [...before, ...suffix]);
  return [...inOrder, ...after].map((comment) => comment.text);
}

function unsound(path: string, reason: string): Formatted {
  const name = path === '' ? 'this text' : `\`${path}\``;
  const message = `${name} cannot be formatted: ${reason}. This is a bug of bellbird: report it with the text.`;
  return { kind: 'refused', why: 'unsound', message };
}
