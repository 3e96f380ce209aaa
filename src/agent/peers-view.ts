// What `peers` answers: every session this node should run, with what BIRD reports of it.

import { matchPeers, type SessionStatus } from '../bgp/index.ts';
import type { DesiredPeer } from '../engine/index.ts';
import { renderTable } from './table.ts';
import { renderDuration } from './time-text.ts';

/** One session, as it should be and as it is. */
export interface PeerView {
  readonly desired: DesiredPeer;
  /** Absent: BIRD does not know the peer. */
  readonly session: SessionStatus | undefined;
}

/** Joins what should run with what BIRD reports; a dynamic peer has one entry for each session, or one for none. */
export function viewPeers(desired: readonly DesiredPeer[], sessions: readonly SessionStatus[]): readonly PeerView[] {
  const names = desired.map(({ name }) => name);
  const all = matchPeers(sessions, names);
  return desired.flatMap((peer) => {
    const own = all.filter((session) => session.peer === peer.name);
    const opened = own.filter(({ neighborRange }) => neighborRange === undefined);
    const shown: readonly (SessionStatus | undefined)[] = opened.length > 0 ? opened : own;
    return (shown.length > 0 ? shown : [undefined]).map((session) => ({ desired: peer, session }));
  });
}

/** Where the other end is: of a session that a dynamic peer has opened, what BIRD says. */
export function addressOf({ desired, session }: PeerView): string {
  const { address, interface: link } = desired;
  if (address.includes('/')) return session?.neighborAddress ?? address;
  return link === undefined ? address : `${address}%${link}`;
}

/** The JSON of `GET /v1/peers`. */
export function peersToJson(node: string, peers: readonly PeerView[]): unknown {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Peers',
    node,
    peers: peers.map(({ desired, session }) => ({
      peer: desired.name,
      description: desired.description ?? null,
      protocol: session?.protocol ?? null,
      localAs: desired.localAs,
      // Of an external peer the number is known once its session was open.
      remoteAs: remoteAsOf(desired, session) ?? null,
      address: desired.address.includes('/') ? (session?.neighborAddress ?? desired.address) : desired.address,
      interface: desired.interface ?? null,
      port: desired.port,
      source: session?.sourceAddress ?? desired.source ?? null,
      state: session?.state ?? null,
      sinceMs: session?.sinceMs ?? null,
      lastError: session?.lastError ?? null,
      bfd: desired.bfd === undefined ? null : (session?.bfd ?? 'down'),
      families: (session?.families ?? []).map(({ family, received, advertised }) => ({ family, received, advertised })),
    })),
  };
}

const HEADER = [
  ...['Node', 'Local AS', 'Peer AS', 'Peer Address', 'Session State', 'Uptime'],
  ...['Family', 'Received', 'Advertised', 'Peer'],
];

/** One row per session and family; the reason of a session that is not up stands below the table. */
export function renderPeers(node: string, peers: readonly PeerView[]): string {
  if (peers.length === 0) return `${node} runs no session\n`;
  const rows = peers.flatMap(({ desired, session }) => {
    const { localAs, port, name } = desired;
    const remoteAs = remoteAsOf(desired, session) ?? 'external';
    const isUp = session?.state === 'established';
    const place = addressOf({ desired, session });
    const peerAddress = port === 179 ? place : `${place} port ${port}`;
    const uptime = isUp && session.sinceMs !== undefined ? renderDuration(session.sinceMs) : '-';
    const start = [node, String(localAs), String(remoteAs), peerAddress, session?.state ?? 'not in BIRD', uptime];
    return desired.families.map((family, index) => {
      const counts = session?.families.find((status) => status.family === family);
      const numbers = isUp ? [String(counts?.received ?? 0), String(counts?.advertised ?? 0)] : ['-', '-'];
      return [...(index === 0 ? start : start.map(() => '')), family, ...numbers, index === 0 ? name : ''];
    });
  });
  const errors = peers.flatMap(({ desired, session }) =>
    session?.lastError === undefined || session.state === 'established'
      ? []
      : [`${desired.name}: the last error was \`${session.lastError}\`\n`],
  );
  const bfd = peers.flatMap(({ desired, session }) =>
    desired.bfd === undefined || session?.bfd === 'up' || session?.neighborRange !== undefined
      ? []
      : [`${desired.name}: BFD is ${session?.bfd ?? 'down'}\n`],
  );
  return [renderTable(HEADER, rows), ...errors, ...bfd].join('');
}

function remoteAsOf({ remoteAs }: DesiredPeer, session: SessionStatus | undefined): number | undefined {
  return remoteAs === 'external' ? session?.neighborAs : remoteAs;
}
