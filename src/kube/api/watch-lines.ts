// The body of a watch: one JSON object per line, cut into chunks wherever the network likes.

import { isRecord } from '../../unknown.ts';
import { ApiError, errorFromEvent } from './api-error.ts';

/** One event of a watch. An ERROR event is thrown as an ApiError instead. */
export type WatchEvent =
  | { readonly kind: 'upserted' | 'deleted'; readonly version: string; readonly value: unknown }
  /** Says that everything up to `version` has been sent. */
  | { readonly kind: 'bookmark'; readonly version: string };

/** Puts lines together from chunks. What follows the last line feed is kept until more arrives. */
export interface LineSplitter {
  /** Hands on every line that is complete. */
  write(chunk: Buffer, onLine: (line: string) => void): void;
}

const LINE_FEED = 0x0a;
const LINE_LIMIT = 32 * 1024 * 1024;

/** Creates a splitter; empty lines are left out. */
export function createLineSplitter(): LineSplitter {
  let pieces: Buffer[] = [];
  let bytes = 0;
  const finish = (chunk: Buffer, start: number, end: number): string => {
    if (pieces.length === 0) return chunk.toString('utf8', start, end);
    const line = Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8');
    pieces = [];
    bytes = 0;
    return line;
  };
  return {
    write: (chunk, onLine) => {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
        const line = finish(chunk, start, end);
        start = end + 1;
        if (line !== '') onLine(line);
      }
      if (start === chunk.length) return;
      pieces.push(Buffer.from(chunk.subarray(start)));
      bytes += chunk.length - start;
      if (bytes > LINE_LIMIT) throw new ApiError('broken', 'the watch has a line that never ends');
    },
  };
}

/** Reads one line of a watch; undefined for a type of event that is not known. */
export function readWatchEvent(line: string): WatchEvent | undefined {
  const event = parse(line);
  if (!isRecord(event)) throw new ApiError('broken', 'the watch has a line that is no event');
  if (event.type === 'ERROR') throw errorFromEvent(event.object);
  const version = readVersion(event.object);
  if (version === undefined) throw new ApiError('broken', 'the watch has an event without a resource version');
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'upserted', version, value: event.object };
    case 'DELETED':
      return { kind: 'deleted', version, value: event.object };
    case 'BOOKMARK':
      return { kind: 'bookmark', version };
    default:
      return undefined;
  }
}

/** `metadata.resourceVersion` of an object or of a list. */
export function readVersion(value: unknown): string | undefined {
  if (!isRecord(value) || !isRecord(value.metadata)) return undefined;
  const { resourceVersion } = value.metadata;
  return typeof resourceVersion === 'string' && resourceVersion !== '' ? resourceVersion : undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new ApiError('broken', 'the watch has a line that is no JSON');
  }
}
