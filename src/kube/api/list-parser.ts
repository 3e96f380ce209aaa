// The body of a list, byte by byte: each item is parsed and handed on as soon as its last byte is there, so that a list of
// any size needs the memory of one item. Works with one huge answer as well as with pages.
// Reading byte by byte is slow, so an item is first tried as a whole, up to where the next one seems to begin.
// What surrounds the items is collected and parsed at the end; anything that is not JSON ends in an ApiError.

import { ApiError } from './api-error.ts';

/** Takes the chunks of one body. */
export interface ListParser {
  write(chunk: Buffer): void;
  /** The list without its items, once the body has ended; throws if it was cut short. */
  end(): unknown;
}

// An object in etcd has at most about 1.5 MiB; these only keep a body that never ends from filling the memory.
const ITEM_LIMIT = 32 * 1024 * 1024;
const ENVELOPE_LIMIT = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** What stands between two items of an API server, which writes the metadata of each first. */
const NEXT_ITEM = '},{"metadata":{';

/** Members of the list object are at depth 1, its items at depth 2. */
const ITEMS_DEPTH = 2;

/** Creates a parser that calls `onItem` with every element of the member `items`. */
export function createListParser(onItem: (item: unknown) => void): ListParser {
  return new ByteListParser(onItem);
}

class ByteListParser implements ListParser {
  readonly #onItem: (item: unknown) => void;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;
  #inItem = false;
  #ended = false;
  /** Bytes of the item or of the surroundings that came with earlier chunks. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #envelope = '';

  constructor(onItem: (item: unknown) => void) {
    this.#onItem = onItem;
  }

  write(chunk: Buffer): void {
    // Start of the run (item or surroundings) that is being read.
    let run = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (this.#inString) {
        at = this.#skipString(chunk, at);
        continue;
      }
      const byte = chunk[at];
      switch (byte) {
        case QUOTE:
          this.#refuseBetweenItems(byte);
          this.#inString = true;
          break;
        case OPEN_BRACE:
        case OPEN_BRACKET: {
          const whole = this.#passWhole(chunk, at);
          if (whole !== undefined) {
            at = whole - 1;
            run = whole;
          } else if (this.#open(chunk, run, at)) run = this.#inItem ? at : at + 1;
          break;
        }
        case CLOSE_BRACE:
        case CLOSE_BRACKET:
          if (this.#close(chunk, run, at)) run = this.#inItems ? at + 1 : at;
          break;
        default:
          this.#refuseBetweenItems(byte);
      }
    }
    this.#keep(chunk, run, chunk.length);
  }

  end(): unknown {
    if (!this.#ended) throw new ApiError('broken', 'the list was cut short');
    this.#envelope += this.#take();
    return parse(this.#envelope);
  }

  /** Offset of the string's closing quote, or of the last byte if it goes on in the next chunk. */
  #skipString(chunk: Buffer, start: number): number {
    let escaped = this.#escaped;
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) {
        this.#escaped = false;
        this.#inString = false;
        return at;
      }
    }
    this.#escaped = escaped;
    return chunk.length - 1;
  }

  /**
   * Hands on an item that begins here and seems to end in this chunk; the offset behind it, or undefined if it has to be
   * read byte by byte. What JSON takes for an object is a whole item, because no beginning of an object is an object.
   */
  #passWhole(chunk: Buffer, start: number): number | undefined {
    if (!this.#inItems || this.#inItem || chunk[start] !== OPEN_BRACE) return undefined;
    const last = chunk.indexOf(NEXT_ITEM, start);
    const item = last < 0 ? undefined : tryParse(chunk.toString('utf8', start, last + 1));
    if (item === undefined) return undefined;
    this.#onItem(item);
    return last + 1;
  }

  /** True if a new run begins here. */
  #open(chunk: Buffer, run: number, at: number): boolean {
    this.#depth++;
    if (this.#inItem) return false;
    if (this.#inItems) {
      if (chunk[at] !== OPEN_BRACE) throw new ApiError('broken', 'the list has an item that is no object');
      this.#inItem = true;
      return true;
    }
    if (this.#depth !== ITEMS_DEPTH || chunk[at] !== OPEN_BRACKET) return false;
    this.#keep(chunk, run, at + 1);
    this.#envelope += this.#take();
    this.#inItems = /"items"\s*:\s*\[$/.test(this.#envelope);
    return true;
  }

  /** True if a run has ended here. */
  #close(chunk: Buffer, run: number, at: number): boolean {
    this.#depth--;
    if (this.#inItem) {
      if (this.#depth > ITEMS_DEPTH) return false;
      if (this.#depth < ITEMS_DEPTH) throw new ApiError('broken', 'the list is no JSON');
      this.#inItem = false;
      this.#onItem(parse(this.#text(chunk, run, at + 1)));
      return true;
    }
    if (this.#depth === 0) this.#ended = true;
    if (!this.#inItems) return false;
    this.#inItems = false;
    return true;
  }

  // Between items only commas and white space may stand.
  #refuseBetweenItems(byte: number | undefined): void {
    if (!this.#inItems || this.#inItem || byte === undefined || byte <= SPACE || byte === COMMA) return;
    throw new ApiError('broken', 'the list has an item that is no object');
  }

  #text(chunk: Buffer, start: number, end: number): string {
    if (this.#pieces.length === 0) return chunk.toString('utf8', start, end);
    this.#keep(chunk, start, end);
    return this.#take();
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    // What stands between the items is only commas.
    if (start >= end || (this.#inItems && !this.#inItem && this.#pieces.length === 0)) return;
    this.#pieces.push(Buffer.from(chunk.subarray(start, end)));
    this.#pieceBytes += end - start;
    const limit = this.#inItem ? ITEM_LIMIT : ENVELOPE_LIMIT;
    if (this.#pieceBytes > limit) throw new ApiError('broken', 'the list has a part that never ends');
  }

  #take(): string {
    const text = this.#pieces.length === 1 ? String(this.#pieces[0]) : Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#pieceBytes = 0;
    return text;
  }
}

function parse(text: string): unknown {
  const value = tryParse(text);
  if (value === undefined) throw new ApiError('broken', 'the list is no JSON');
  return value;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
