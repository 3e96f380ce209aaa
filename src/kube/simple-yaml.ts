// One document of simple YAML, which is what kubectl prints and most people write: maps and lists by indentation, values on
// one line, and texts after `|`. It is read line by line, dozens of times faster than by the library for all of YAML, which an
// agent, without V8's optimising compilers, would need ten seconds for where a cluster has ten thousand services.
// Whatever is not simple, and whatever is wrong, is left to the library: it alone says what is broken. Of a long list only the
// objects are that are not simple.

import { isRecord } from '../unknown.ts';
import { isSimpleName, readSimpleValue } from './simple-scalar.ts';

/** A document that was simple. */
export interface SimpleYaml {
  /** Undefined where there is nothing but comments. */
  readonly value: unknown;
  /** The first line with content, counted from 1. */
  readonly line: number;
  /** Where each object that stands in a list named `items` begins and ends: whole lines. */
  readonly items: ReadonlyMap<unknown, Item>;
}

/** An object in a list and the part of the text that it is. */
export interface Item extends Extent {
  /** The line that the object itself begins on, which may be a later one than that of its dash. */
  readonly at: number;
}

/** Reads a list of one object that is not simple; undefined where it is anything else. Lines count from 1. */
export type ReadItem = (text: string) => { readonly value: object; readonly line: number } | undefined;

/** A part of a text. */
export interface Extent {
  /** The line it begins on, counted from 1. */
  readonly line: number;
  /** Offsets of its first character and after its last one. */
  readonly start: number;
  readonly end: number;
}

/** Reads a text with at most one document; undefined where it is not simple. */
export function parseSimpleYaml(text: string, readItem: ReadItem = () => undefined): SimpleYaml | undefined {
  if (text.includes('\r')) return undefined;
  try {
    return new SimpleReader(text, readItem).read();
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

class NotSimple extends Error {}

/** Deeper than any object of the API. */
const MAX_DEPTH = 64;
/** Indentation, dash, name, and the rest of the line. */
const LINE = /( *)(?:-( +|(?=\n)|$))?(?:([A-Za-z0-9_/][\w./-]{0,200}|"[\w ./-]{1,200}"):(?: +|(?=\n)|$))?([^\n]*)/y;
/** Most names start like this, and are none of the words of YAML. */
const ORDINARY_NAME = /^(?!(?:null|true|false)$)[a-z]/i;
const LITERAL = /^\|(-?) *$/;
/** The spaces before the first line of a text, which has something on it. */
const MARGIN = / *(?=[^ \n\t])/y;

/** Stands on one line with content at a time. */
class SimpleReader {
  readonly #text: string;
  readonly #readOther: ReadItem;
  readonly #items = new Map<unknown, Item>();
  #lineStart = 0;
  #line = 0;
  /** Where the next line starts. */
  #next = 0;
  /** Column of what stands on the line; -1 after the last one. */
  #indent = 0;
  /** Column of what follows the dash; undefined where there is none. */
  #inner: number | undefined;
  #name: string | undefined;
  #rest = '';

  constructor(text: string, readOther: ReadItem) {
    this.#text = text;
    this.#readOther = readOther;
  }

  read(): SimpleYaml {
    const first = /^--- *(?:\n|$)/.exec(this.#text);
    this.#next = first?.[0].length ?? 0;
    this.#line = first === null ? 0 : 1;
    this.#advance();
    const line = this.#line;
    const value = this.#indent < 0 ? undefined : this.#readBlock(0, false);
    if (this.#indent >= 0) throw new NotSimple();
    return { value, line, items: this.#items };
  }

  /** Goes to the next line that is neither empty nor a comment. */
  #advance(): void {
    const text = this.#text;
    while (this.#next < text.length) {
      LINE.lastIndex = this.#next;
      const found = LINE.exec(text);
      if (found === null) throw new NotSimple();
      // By number: taking an array apart costs more than all the rest where nothing is compiled.
      const gap = found[2];
      const name = found[3];
      const rest = found[4] ?? '';
      this.#lineStart = this.#next;
      this.#next = LINE.lastIndex + 1;
      this.#line++;
      if (gap === undefined && name === undefined && (rest === '' || rest.startsWith('#'))) continue;
      const indent = found[1]?.length ?? 0;
      this.#indent = indent;
      this.#inner = gap === undefined ? undefined : indent + 1 + gap.length;
      this.#name = name;
      this.#rest = rest;
      return;
    }
    this.#lineStart = text.length;
    this.#indent = -1;
  }

  #readBlock(depth: number, ofItems: boolean): unknown {
    if (depth > MAX_DEPTH) throw new NotSimple();
    return this.#inner === undefined ? this.#readMap(depth) : this.#readList(depth, ofItems);
  }

  #readMap(depth: number): unknown {
    const indent = this.#indent;
    const map: Record<string, unknown> = {};
    while (this.#indent === indent && this.#inner === undefined) {
      const name = this.#readName();
      if (Object.hasOwn(map, name)) throw new NotSimple();
      map[name] = this.#readMember(name, indent, depth);
    }
    // What stands deeper belongs to nothing, and a list cannot go on where a map stood.
    if (this.#indent >= indent) throw new NotSimple();
    return map;
  }

  #readMember(name: string, indent: number, depth: number): unknown {
    const rest = this.#rest;
    if (rest !== '' && !rest.startsWith('#')) {
      return rest.startsWith('|') ? this.#readLiteral(rest, indent) : this.#readValue(rest, indent);
    }
    this.#advance();
    const isBelow = this.#indent > indent || (this.#indent === indent && this.#inner !== undefined);
    return isBelow ? this.#readBlock(depth + 1, name === 'items') : null;
  }

  #readList(depth: number, ofItems: boolean): unknown {
    const indent = this.#indent;
    const list: unknown[] = [];
    while (this.#indent === indent && this.#inner !== undefined) {
      list.push(ofItems ? this.#readItem(indent, depth) : this.#readElement(indent, depth));
    }
    if (this.#indent > indent) throw new NotSimple();
    return list;
  }

  #readElement(indent: number, depth: number): unknown {
    if (this.#name === undefined) return this.#readValue(this.#rest, indent);
    this.#indent = this.#inner ?? 0;
    this.#inner = undefined;
    return this.#readMap(depth + 1);
  }

  #readItem(indent: number, depth: number): unknown {
    const [start, line] = [this.#lineStart, this.#line];
    const [value, at] = this.#tryElement(indent, depth) ?? this.#readOtherItem(start, line, indent);
    if (isRecord(value)) this.#items.set(value, { line, at, start, end: this.#lineStart });
    return value;
  }

  #tryElement(indent: number, depth: number): readonly [unknown, number] | undefined {
    const line = this.#line;
    try {
      return [this.#readElement(indent, depth), line];
    } catch (error) {
      if (error instanceof NotSimple) return undefined;
      throw error;
    }
  }

  /** Hands on the lines up to the first that is no deeper than the dash. Anchors and aliases would reach beyond them. */
  #readOtherItem(start: number, line: number, indent: number): readonly [unknown, number] {
    const outside = new RegExp(`\\n {0,${indent}}[^ \\n]`, 'g');
    outside.lastIndex = start;
    const found = outside.exec(this.#text);
    const end = found === null ? this.#text.length : found.index + 1;
    const part = this.#text.slice(start, end);
    const other = /(?:^|[\s[{,:-])[&*]/.test(part) ? undefined : this.#readOther(part);
    if (other === undefined) throw new NotSimple();
    this.#next = end;
    this.#line = line - 1 + part.split('\n').length - (part.endsWith('\n') ? 1 : 0);
    this.#advance();
    return [other.value, line - 1 + other.line];
  }

  /** A value on the line, which nothing deeper may follow. */
  #readValue(rest: string, indent: number): unknown {
    const read = readSimpleValue(rest);
    if (read === undefined) throw new NotSimple();
    this.#advance();
    if (this.#indent > indent) throw new NotSimple();
    return read.value;
  }

  #readName(): string {
    const written = this.#name ?? '';
    if (ORDINARY_NAME.test(written)) return written;
    const name = written.startsWith('"') ? written.slice(1, -1) : written;
    if (written === '' || (name === written ? !isSimpleName(name) : name === '__proto__')) throw new NotSimple();
    return name;
  }

  /** The lines below, as they stand; they end before the first that is less deep. */
  #readLiteral(mark: string, indent: number): string {
    const isStripped = LITERAL.exec(mark)?.[1] === '-';
    if (!LITERAL.test(mark)) throw new NotSimple();
    const text = this.#text;
    MARGIN.lastIndex = this.#next;
    const width = MARGIN.exec(text)?.[0].length ?? 0;
    if (width <= indent) throw new NotSimple();
    const margin = ' '.repeat(width);
    const lines: string[] = [];
    for (;;) {
      const end = text.indexOf('\n', this.#next);
      if (end < 0 && this.#next < text.length) throw new NotSimple();
      if (end < 0) break;
      const line = text.slice(this.#next, end);
      const isBlank = line.trim() === '';
      if (!isBlank && !line.startsWith(margin)) break;
      // Whether a line of nothing but spaces is text is a question of its own.
      if (isBlank && (line.length > width || !margin.startsWith(line))) throw new NotSimple();
      lines.push(line.slice(width));
      this.#next = end + 1;
      this.#line++;
    }
    this.#advance();
    if (this.#indent > indent || lines.length === 0) throw new NotSimple();
    return lines.join('\n').replace(/\n+$/, '') + (isStripped ? '' : '\n');
  }
}
