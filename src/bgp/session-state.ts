// `show protocols all` → the sessions of our peers. Pure. Columns are found by heading and details by label, because
// both differ between BIRD 2.0 and 3.x; what is not understood is absent rather than wrong.

import type { Family } from '../dsl/prefix.ts';
import type { BfdState } from './bfd-state.ts';
import type { Reply } from './bird-reply.ts';
import { birdName, dynamicName, nameOfPeerProtocol } from './bird-syntax.ts';

/** Session states of RFC 4271 §8.2.2. */
export type SessionState = 'idle' | 'connect' | 'active' | 'open-sent' | 'open-confirm' | 'established';

/** One session as BIRD reports it. */
export interface SessionStatus {
  /** The peer's name in the policy; the protocol's name in BIRD if it is too long to be turned back. */
  readonly peer: string;
  /** The name in BIRD, for `birdc`. */
  readonly protocol: string;
  readonly state: SessionState;
  /** How long it has been in this state; absent if BIRD's clock could not be read. */
  readonly sinceMs: number | undefined;
  readonly neighborAddress: string | undefined;
  /** From where peers may connect; absent for a session of its own. Each one that does has a session beside this one. */
  readonly neighborRange: string | undefined;
  readonly neighborAs: number | undefined;
  readonly localAs: number | undefined;
  /** Own end of an established session. */
  readonly sourceAddress: string | undefined;
  /** What ended the session, or keeps it from opening, in BIRD's words. */
  readonly lastError: string | undefined;
  /** What BFD says of the path to the peer; absent where it does not watch it. */
  readonly bfd: BfdState | undefined;
  /** Families whose channel is configured. */
  readonly families: readonly FamilyStatus[];
}

/** Routes of one address family of a session. */
export interface FamilyStatus {
  readonly family: Family;
  /** Routes that came from the peer and are in the table. */
  readonly received: number;
  readonly advertised: number;
}

const STATES: Readonly<Record<string, SessionState>> = {
  Idle: 'idle',
  Connect: 'connect',
  Active: 'active',
  Passive: 'active',
  OpenSent: 'open-sent',
  OpenConfirm: 'open-confirm',
  Established: 'established',
  Close: 'idle',
  Down: 'idle',
};

/** The sessions in a reply to `show protocols all`, sorted by peer; `status` is the reply to `show status`. */
export function parseSessions(protocols: Reply, status: Reply): readonly SessionStatus[] {
  const now = parseServerTime(status);
  return splitProtocols(protocols)
    .flatMap((block) => parseSession(block, now) ?? [])
    .sort((a, b) => (a.peer < b.peer ? -1 : 1));
}

/** The sessions under the names of these peers: names too long for BIRD are found again by comparing. */
export function matchPeers(sessions: readonly SessionStatus[], peers: Iterable<string>): readonly SessionStatus[] {
  const byProtocol = new Map(
    [...peers].flatMap((peer) => [
      [birdName('peer', peer), peer],
      [dynamicName(peer), peer],
    ]),
  );
  const find = (protocol: string) => byProtocol.get(protocol) ?? byProtocol.get(protocol.replace(/\d+$/, ''));
  return sessions.map((session) => ({ ...session, peer: find(session.protocol) ?? session.peer }));
}

/**
 * Protocols of sessions that BIRD does not try to open any more, in a reply to `show protocols`: their socket could not
 * be opened, because another program had the port or the address was not there yet.
 */
export function protocolsGivenUp(protocols: Reply): readonly string[] {
  return splitProtocols(protocols)
    .filter(({ row }) => row.Proto === 'BGP' && row.State === 'down' && row.Info?.startsWith('Error:'))
    .map(({ row }) => row.Name ?? '');
}

interface ProtocolBlock {
  readonly row: Readonly<Record<string, string>>;
  readonly details: readonly string[];
}

/** Rows of the table (1002) with the details (1006) that follow each. */
function splitProtocols(reply: Reply): readonly ProtocolBlock[] {
  const blocks: { row: Readonly<Record<string, string>>; details: string[] }[] = [];
  let heading = '';
  for (const { code, text } of reply.lines) {
    if (code === 2002) heading = text;
    else if (code === 1002 && text.trim() !== '') blocks.push({ row: readColumns(heading, text), details: [] });
    else if (code === 1006) blocks.at(-1)?.details.push(text);
  }
  return blocks;
}

/** A row as heading → value. A long name pushes the columns to the right, so that only their order counts. */
export function readColumns(heading: string, row: string): Readonly<Record<string, string>> {
  const names = heading.trim().split(/\s+/);
  const values = row.trim().split(/\s+/);
  const last = names.length - 1;
  // Times without a date stand as one word, with a date as two.
  const extra = /^\d{4}-\d{2}-\d{2}$/.test(values[names.indexOf('Since')] ?? '') ? 1 : 0;
  const value = (name: string, index: number): string => {
    if (name === 'Since') return values.slice(index, index + 1 + extra).join(' ');
    const at = index > names.indexOf('Since') ? index + extra : index;
    return index === last ? values.slice(at).join(' ') : (values[at] ?? '');
  };
  return Object.fromEntries(names.map((name, index) => [name, value(name, index)]));
}

function parseSession({ row, details }: ProtocolBlock, now: number | undefined): SessionStatus | undefined {
  const protocol = row.Name ?? '';
  if (row.Proto !== 'BGP') return undefined;
  const label = (name: string) => details.map((line) => line.trim()).find((line) => line.startsWith(`${name}:`));
  const detail = (name: string) =>
    label(name)
      ?.slice(name.length + 1)
      .trim();
  const number = (name: string) => (detail(name) === undefined ? undefined : Number(detail(name)));
  const since = Number(row.Since);
  const word = detail('BGP state') ?? row.Info?.split(' ')[0] ?? '';
  return {
    peer: nameOfPeerProtocol(protocol) ?? protocol,
    protocol,
    state: STATES[word] ?? 'idle',
    sinceMs: now === undefined || Number.isNaN(since) ? undefined : Math.max(0, Math.round((now - since) * 1000)),
    neighborAddress: detail('Neighbor address'),
    neighborRange: detail('Neighbor range'),
    // BIRD says 0 of an external peer that has not said it yet.
    neighborAs: number('Neighbor AS') || undefined,
    localAs: number('Local AS'),
    sourceAddress: detail('Source address'),
    lastError: detail('Last error'),
    bfd: undefined,
    families: parseChannels(details),
  };
}

function parseChannels(details: readonly string[]): readonly FamilyStatus[] {
  const families: { family: Family; received: number; advertised: number }[] = [];
  for (const line of details) {
    const [, family] = /^\s*Channel (ipv4|ipv6)\s*$/.exec(line) ?? [];
    if (family === 'ipv4' || family === 'ipv6') families.push({ family, received: 0, advertised: 0 });
    const channel = families.at(-1);
    if (channel === undefined || !/^\s*Routes:/.test(line)) continue;
    channel.received = Number(/(\d+) imported/.exec(line)?.[1] ?? 0);
    channel.advertised = Number(/(\d+) exported/.exec(line)?.[1] ?? 0);
  }
  return families;
}

/** BIRD's own clock in seconds, in the form that `timeformat "%s.%f"` gives. */
function parseServerTime(status: Reply): number | undefined {
  const line = status.lines.find(({ text }) => text.startsWith('Current server time is '));
  const time = Number(line?.text.slice('Current server time is '.length));
  return line === undefined || Number.isNaN(time) ? undefined : time;
}
