// Document → lines: the printer for what does not fit on one line or has comments inside. Groups are tried flat first,
// from the outside in. After a comment there is always a line break, whatever the document says.

import { assertNever } from '../assert-never.ts';
import { displayWidth } from '../text-width.ts';
import type { Comment, PlacedToken } from './comments.ts';
import { type Doc, hasInnerComment } from './doc.ts';
import { CONTINUATION, codeLine, commentLine, continuationLines, INDENT, LINE_WIDTH, type Line } from './line.ts';

/** What is still to be printed: a document, or a line break at a given column. */
type Command =
  | { readonly kind: 'print'; readonly doc: Doc; readonly indent: number; readonly flat: boolean }
  | { readonly kind: 'break'; readonly indent: number; readonly comments: readonly Comment[] };

/** Prints one statement, setting or rule that starts at `base`; groups that fit stay on one line. */
export function renderDoc(doc: Doc, base: number): readonly Line[] {
  const output = createOutput(base);
  const stack: Command[] = [{ kind: 'print', doc, indent: base + CONTINUATION, flat: false }];
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    if (command.kind === 'break') {
      for (const comment of command.comments) output.comment(comment, command.indent + INDENT);
      output.newLine(command.indent);
    } else {
      pushReversed(stack, print(command, stack, output));
    }
  }
  return output.finish();
}

/** Prints a leaf, or gives what a document consists of. */
function print(command: Extract<Command, { kind: 'print' }>, rest: readonly Command[], output: Output): Command[] {
  const { doc, indent, flat } = command;
  const next = (part: Doc, changes: { indent?: number; flat?: boolean } = {}): Command => ({
    ...{ kind: 'print', doc: part, indent, flat },
    ...changes,
  });
  switch (doc.kind) {
    case 'token':
      output.token(doc.token, indent);
      return [];
    case 'concat':
      return doc.parts.map((part) => next(part));
    case 'space':
      output.space();
      return [];
    case 'line':
      if (flat) output.space();
      else output.newLine(indent);
      return [];
    case 'group':
      return [next(doc.body, { flat: flat || staysFlat(doc, rest, output) })];
    case 'indent':
      return [next(doc.body, { indent: indent + INDENT })];
    case 'parentheses': {
      output.token({ ...doc.open, suffix: [] }, indent);
      const isFlat = flat || staysFlat(doc, rest, output);
      const close = next({ kind: 'token', token: doc.close }, { flat: isFlat });
      if (isFlat) return [next(doc.body, { flat: true }), close];
      // The body hangs on the line of the `(`, wherever that is.
      const at = output.indent();
      output.suffix(doc.open.suffix, at + INDENT);
      return [
        { kind: 'break', indent: at + INDENT, comments: [] },
        next(doc.body, { indent: at + INDENT, flat: false }),
        { kind: 'break', indent: at, comments: doc.comments },
        close,
      ];
    }
    case 'trailing-comma':
      if (!flat) output.token({ ...NO_TOKEN, text: ',', suffix: doc.suffix }, indent);
      return [];
    default:
      return assertNever(doc);
  }
}

const NO_TOKEN: PlacedToken = { text: '', start: 0, end: 0, blankBefore: false, before: [], suffix: [] };

function staysFlat(doc: Doc, rest: readonly Command[], output: Output): boolean {
  return !hasInnerComment(doc) && fits(doc, rest, LINE_WIDTH - output.column());
}

/** Whether a document fits flat into so many columns, together with what follows it up to the next break. */
function fits(doc: Doc, rest: readonly Command[], columns: number): boolean {
  const stack: { readonly doc: Doc; readonly flat: boolean }[] = [{ doc, flat: true }];
  let [left, next, spaced] = [columns, rest.length, false];
  while (left >= 0) {
    const top = stack.pop();
    if (top === undefined) {
      const command = rest[--next];
      if (command === undefined || command.kind === 'break') return true;
      stack.push(command);
      continue;
    }
    const { doc: part, flat } = top;
    if (part.kind === 'line' && !flat) return true;
    if (part.kind === 'space' || part.kind === 'line') spaced = true;
    else if (part.kind === 'token') {
      left -= displayWidth(part.token.text) + (spaced ? 1 : 0);
      spaced = false;
      if (part.token.suffix.length > 0) return left >= 0;
    } else if (part.kind === 'concat') {
      pushReversed(
        stack,
        part.parts.map((inner) => ({ doc: inner, flat })),
      );
    } else if (part.kind === 'group' || part.kind === 'indent') stack.push({ doc: part.body, flat });
    else if (part.kind === 'parentheses') {
      left -= 1 + (spaced ? 1 : 0);
      spaced = false;
      // What follows may break right behind its `(`.
      if (!flat) return left >= 0;
      stack.push({ doc: { kind: 'token', token: part.close }, flat }, { doc: part.body, flat });
    }
  }
  return false;
}

/** Puts items on a stack so that the first comes off first; lists can be too long to be arguments. */
function pushReversed<T>(stack: T[], items: readonly T[]): void {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item !== undefined) stack.push(item);
  }
}

type Output = ReturnType<typeof createOutput>;

/** Collects lines. */
function createOutput(base: number) {
  const lines: Line[] = [];
  let [indent, code, spaced, isEnded] = [base, '', false, false];

  function end(line: Line): void {
    if (line.cells.length > 0 || line.comment !== undefined) lines.push(line);
    [code, spaced, isEnded] = ['', false, false];
  }
  function newLine(at: number): void {
    if (!isEnded) end(codeLine(indent, code, []));
    [indent, spaced, isEnded] = [at, false, false];
  }
  function comment(own: Comment, at: number): void {
    newLine(at);
    end(commentLine(at, own));
  }
  function suffix(comments: readonly Comment[], at: number): void {
    if (comments.length === 0) return;
    end(codeLine(indent, code, comments));
    lines.push(...continuationLines(indent, comments));
    [indent, isEnded] = [at, true];
  }
  return {
    newLine,
    comment,
    suffix,
    space: () => {
      spaced = true;
    },
    token: (token: PlacedToken, at: number) => {
      for (const own of token.before) comment(own, at);
      if (isEnded || token.before.length > 0) newLine(at);
      code += `${spaced && code !== '' ? ' ' : ''}${token.text}`;
      spaced = false;
      suffix(token.suffix, at);
    },
    indent: () => indent,
    column: () => indent + displayWidth(code) + (spaced && code !== '' ? 1 : 0),
    finish: (): readonly Line[] => {
      if (!isEnded) end(codeLine(indent, code, []));
      return lines;
    },
  };
}
