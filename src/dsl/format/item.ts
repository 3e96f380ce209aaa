// What a policy file consists of for the formatter: items (statements, settings, rules, expectations) with a block or
// without. Everything between items is layout's business, everything inside one is a document.

import type { Comment, PlacedToken } from './comments.ts';
import type { Doc } from './doc.ts';

/** A statement, setting, rule or expectation. */
export interface Item {
  /** Comments on lines of their own above it. */
  readonly leading: readonly Comment[];
  readonly blankBefore: boolean;
  /** Items of one kind that follow each other line by line are aligned. */
  readonly row: string | undefined;
  /** The columns that may be aligned; the last one holds the rest. */
  readonly cells: readonly Doc[];
  readonly block: Block | undefined;
}

/** `{ … }`. */
export interface Block {
  readonly open: PlacedToken;
  readonly items: readonly Item[];
  /** Comments above the `}`. */
  readonly dangling: readonly Comment[];
  readonly close: PlacedToken;
  /** True if the author wrote it on one line. */
  readonly isOneLine: boolean;
  /** True if the `{` of blocks on one line may be aligned. */
  readonly isColumn: boolean;
}
