// Where a value stands in JSON text. JSON.parse is far faster than a parser that keeps positions, and positions are
// needed only for the items of a list and for what is wrong; so they are found afterwards, in text known to be valid.

import type { FieldPath } from './fields.ts';

/** Offsets of values in one valid JSON text; children of a container are found once and remembered. */
export interface JsonPlaces {
  /** Offset of the value at the path, or of the innermost container that is there. */
  offsetOf(path: FieldPath): number;
}

/** A finder for `text`, which must have passed JSON.parse. */
export function createJsonPlaces(text: string): JsonPlaces {
  const children = new Map<number, ReadonlyMap<string, number>>();
  const childrenAt = (offset: number): ReadonlyMap<string, number> => {
    const known = children.get(offset) ?? findChildren(text, offset);
    children.set(offset, known);
    return known;
  };
  return {
    offsetOf(path) {
      let offset = skipSpace(text, 0);
      for (const step of path) {
        const next = childrenAt(offset).get(String(step));
        if (next === undefined) return offset;
        offset = next;
      }
      return offset;
    },
  };
}

/** Members or elements of the container at `offset`, by name or position; none for a plain value. */
function findChildren(text: string, offset: number): ReadonlyMap<string, number> {
  const children = new Map<string, number>();
  const named = text[offset] === '{';
  if (!named && text[offset] !== '[') return children;
  let at = skipSpace(text, offset + 1);
  while (at < text.length && text[at] !== '}' && text[at] !== ']') {
    let key = String(children.size);
    if (named) {
      const end = skipString(text, at);
      key = readKey(text.slice(at, end));
      at = skipSpace(text, skipSpace(text, end) + 1);
    }
    children.set(key, at);
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return children;
}

function readKey(quoted: string): string {
  const key: unknown = JSON.parse(quoted);
  return typeof key === 'string' ? key : '';
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** The offset after the string that starts at `from`. */
function skipString(text: string, from: number): number {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

/** The offset after the value that starts at `from`. */
function skipValue(text: string, from: number): number {
  const mark = /["{}[\],]/g;
  let depth = 0;
  let at = from;
  for (;;) {
    mark.lastIndex = at;
    const found = mark.exec(text);
    if (found === null) return text.length;
    const sign = found[0];
    if (depth === 0 && (sign === ',' || sign === '}' || sign === ']')) return found.index;
    at = sign === '"' ? skipString(text, found.index) : found.index + 1;
    if (sign === '{' || sign === '[') depth++;
    if (sign === '}' || sign === ']') depth--;
    if (depth === 0 && sign !== ',') return at;
  }
}
