// Policy text → the same policy in the one style there is. The text is parsed, printed, parsed again, and the two trees
// and the comments are compared: a formatter that would change what a policy says refuses instead. A file with syntax
// errors is refused as well; errors of meaning and what is not supported yet do not matter here.
//
// The style: two spaces a level; a statement, setting or rule a line; at most one blank line in a row, and none at the
// ends of a block; lines of 100 columns, what is longer continues four columns further right, a list one value a line.
// docs/formatting.md has all of it.

import type { Diagnostic } from '../diagnostic.ts';
import type { SourceFile } from '../source-file.ts';
import { alignColumns, lineText } from './columns.ts';
import { layOut } from './layout.ts';
import { printFile } from './print.ts';
import { findDamage, type Reading, readPolicy } from './soundness.ts';

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
  /** A bug of the formatter, noticed in time; the message says so. */
  | { readonly kind: 'refused'; readonly why: 'unsound'; readonly message: string };

/** Formats one policy file; `path` is for diagnostics. Never changes what the policy says, and never loses a comment. */
export function formatPolicy(content: string | Uint8Array, path = ''): Formatted {
  const before = readPolicy(content, path);
  if (before.errors.length > 0) {
    return { kind: 'refused', why: 'syntax', diagnostics: before.errors, sources: [before.source] };
  }
  try {
    const text = print(before);
    const damage = findDamage(before, readPolicy(text, path));
    return damage === undefined ? { kind: 'formatted', text } : refuse(path, damage);
  } catch (error) {
    return refuse(path, error instanceof Error ? error.message : String(error));
  }
}

function print({ file, placed }: Reading): string {
  const lines = alignColumns(layOut(printFile(file, placed), placed.after, 0));
  return lines.map((line) => `${line.blankBefore ? '\n' : ''}${lineText(line)}\n`).join('');
}

function refuse(path: string, reason: string): Formatted {
  const name = path === '' ? 'this text' : `\`${path}\``;
  const message = `${name} is left as it is: ${reason}; this is a bug of bellbird, to be reported with the text`;
  return { kind: 'refused', why: 'unsound', message };
}
