// The safety net under the formatter: what a text says, and whether another one says the same. Neither knows how the
// formatter works.

import type { PolicyFile } from '../ast.ts';
import { type Diagnostic, isError } from '../diagnostic.ts';
import { lex } from '../lexer.ts';
import { decodeSource } from '../load.ts';
import { parse } from '../parse.ts';
import { createReporter } from '../report.ts';
import { createSourceFile, type SourceFile } from '../source-file.ts';
import { type PlacedTokens, placeComments } from './comments.ts';
import { isSameTree } from './same-tree.ts';

/** A text as the formatter sees it. */
export interface Reading {
  readonly source: SourceFile;
  readonly file: PolicyFile;
  readonly placed: PlacedTokens;
  /** If there are any, the tree is not the whole text. */
  readonly errors: readonly Diagnostic[];
}

/** Reads a text; a byte-order mark is no part of it. */
export function readPolicy(content: string | Uint8Array, path: string): Reading {
  const { report, diagnostics } = createReporter();
  const source =
    typeof content === 'string'
      ? createSourceFile(path, content.replace(/^\uFEFF/, ''))
      : decodeSource(path, content, report);
  const file = parse(source, report);
  const placed = placeComments(
    source.text,
    lex(source, () => undefined),
  );
  return { source, file, placed, errors: diagnostics([path]).filter(isError) };
}

/** How the second text differs from the first in what it says or in its comments; undefined if in nothing. */
export function findDamage(before: Reading, after: Reading): string | undefined {
  if (after.errors.length > 0) return 'the formatted text does not parse';
  if (!isSameTree(before.file, after.file)) return 'the formatted text says something else';
  const isKept = isSameTree(commentsOf(before.placed), commentsOf(after.placed));
  return isKept ? undefined : 'a comment would be lost or changed';
}

/** Every comment of a file in order. */
function commentsOf({ tokens, after }: PlacedTokens): readonly string[] {
  const inOrder = tokens.flatMap(({ before, suffix }) => [...before, ...suffix]);
  return [...inOrder, ...after].map((comment) => comment.text);
}
