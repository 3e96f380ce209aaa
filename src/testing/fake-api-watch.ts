// One open watch of a fake API server: sends what happens below its path, and can be made to misbehave.

import type { ServerResponse } from 'node:http';
import { type ApiEvent, type ApiHistory, clusterPath, isSelected, type Manifest, stamp } from './fake-api-history.ts';
import type { Fault, SeenRequest } from './fake-api-server.ts';
import { resetConnection } from './reset-connection.ts';

/** A watch that a client has open. */
export interface FakeWatch {
  readonly request: SeenRequest;
  /** Sends everything up to a version. */
  advance(version: number): void;
  bookmark(version: number): void;
  /** Sends what was sent before once more, except for the newest, as a server does that lags behind. */
  repeat(): void;
  /** From now on pairs of events are sent in the wrong order. */
  swap(): void;
  /** Ends the answer as the server does when the time is up. */
  end(): void;
  /** Sends an ERROR event, then ends. */
  fail(code: number): void;
  /** Resets the connection in the middle of the next event, or at once if there is none. */
  reset(): void;
  /** Sends nothing any more, without closing. */
  fallSilent(): void;
}

/** Opens the watch that a request asks for; nothing is sent before `advance`. */
export function openFakeWatch(
  history: ApiHistory,
  request: SeenRequest,
  response: ServerResponse,
  fault: Fault | undefined,
  onSilence: () => void,
): FakeWatch {
  const answer = createFaultyAnswer(response, fault, onSilence);
  let position = Number(request.query.resourceVersion ?? '0');
  const sent: string[] = [];
  let swapped = false;
  return {
    request,
    advance: (version) => {
      const path = clusterPath(request.path);
      const news = eventsAfter(history.events, position).filter(
        (event) => event.path === path && event.version <= version,
      );
      position = Math.max(position, version);
      const lines = news.flatMap((event) => renderEvent(event, request));
      if (swapped) swapPairs(lines);
      sent.push(...lines);
      if (lines.length > 0) answer.write(lines.join(''));
    },
    bookmark: (version) => answer.write(renderBookmark(request.path, version)),
    repeat: () => answer.write(sent.slice(0, -1).join('')),
    swap: () => {
      swapped = true;
    },
    end: answer.end,
    fail: (code) => {
      const object = { kind: 'Status', apiVersion: 'v1', code, message: 'injected' };
      answer.write(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      answer.end();
    },
    reset: () => {
      if (!response.destroyed && !response.writableEnded)
        response.write('{"type":"MODIFIED","object":{"kind":', () => resetConnection(response));
    },
    fallSilent: answer.fallSilent,
  };
}

/** An answer that carries out the fault that is injected, and sends nothing any more once it is silent. */
function createFaultyAnswer(response: ServerResponse, fault: Fault | undefined, onSilence: () => void) {
  let bytes = 0;
  let silent = false;
  const fallSilent = () => {
    if (silent) return;
    silent = true;
    onSilence();
  };
  const write = (text: string) => {
    if (silent || response.destroyed || response.writableEnded) return;
    const room = fault?.kind === 'cut' ? fault.afterBytes - bytes : Number.POSITIVE_INFINITY;
    bytes += text.length;
    if (text.length < room) {
      for (const piece of fault?.kind === 'pieces' ? cutUp(text, fault.bytes) : [text]) response.write(piece);
      return;
    }
    response.write(text.slice(0, Math.max(0, room)), () => {
      if (fault?.kind !== 'cut' || fault.ending === 'silence') return;
      if (fault.ending === 'reset') resetConnection(response);
      else response.end();
    });
    if (fault?.kind === 'cut' && fault.ending === 'silence') fallSilent();
  };
  const end = () => {
    if (!silent) response.end();
  };
  return { write, end, fallSilent };
}

function renderBookmark(path: string, version: number): string {
  const kind = path.split('/').at(-1) === 'nodes' ? 'Node' : 'Service';
  const metadata = { resourceVersion: String(version), creationTimestamp: null };
  return `${JSON.stringify({ type: 'BOOKMARK', object: { kind, apiVersion: 'v1', metadata } })}\n`;
}

/** The end of the history; most of it is long, and most of what is asked for is short. */
function eventsAfter(events: readonly ApiEvent[], version: number): readonly ApiEvent[] {
  return events.slice(events.findLastIndex((event) => event.version <= version) + 1);
}

/** The event as this watch sees it: an object that leaves the selection is deleted for it, one that enters it added. */
function renderEvent(event: ApiEvent, { path, query }: SeenRequest): readonly string[] {
  const selected = (object: Manifest | undefined) => object !== undefined && isSelected(object, path, query);
  const was = selected(event.before);
  const is = selected(event.after);
  if (is) return [`${JSON.stringify({ type: was ? 'MODIFIED' : 'ADDED', object: event.after })}\n`];
  // The object of a deletion is the last one there was, with the version of the deletion.
  const gone = event.before && stamp(event.before, event.version);
  return was && gone ? [`${JSON.stringify({ type: 'DELETED', object: gone })}\n`] : [];
}

function swapPairs(lines: string[]): void {
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [first = '', second = ''] = lines.splice(at, 2);
    lines.splice(at, 0, second, first);
  }
}

function cutUp(text: string, bytes: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / bytes) }, (_, at) => text.slice(at * bytes, (at + 1) * bytes));
}
