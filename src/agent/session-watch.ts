// Notices sessions that come up and go down, by asking BIRD now and then.

import { isUnnumbered, matchPeers, type SessionStatus } from '../bgp/index.ts';
import type { DesiredPeer } from '../engine/index.ts';
import type { Log } from './log.ts';
import type { FoundProblem, Problems } from './problems.ts';

/** What a watch needs to know about the machine. */
export interface SessionWatchOptions {
  /** Whether BIRD may send BFD's packets; undefined where nobody can tell. */
  readonly mayUseBfd?: () => boolean | undefined;
  /** Whether BIRD may advertise itself on links; undefined where nobody can tell. */
  readonly mayAdvertise?: () => boolean | undefined;
}

/** A session may take this long to open before it counts as a problem. */
const PATIENCE_MS = 15_000;
/** The same in looks: BIRD counts the time from its last attempt, and begins one every few seconds after an error. */
const PATIENCE_LOOKS = 8;

/** Keeps what was last seen, and tells the log what is different now. */
export interface SessionWatch {
  look(desired: readonly DesiredPeer[], sessions: readonly SessionStatus[]): void;
  /** How often an established session of a peer went down, one that was up again at the next look included. */
  flaps(): ReadonlyMap<string, number>;
}

/** Creates a watch that has seen nothing. */
export function createSessionWatch(log: Log, problems: Problems, options: SessionWatchOptions = {}): SessionWatch {
  const tellChanges = createTeller(log);
  const flaps = createFlapCount();
  /** Protocols whose session was not established. */
  const down = createStreaks();
  /** Unnumbered peers of whom no neighbour had a session. */
  const alone = createStreaks();
  return {
    look: (desired, sessions) => {
      const peers = new Map(desired.map((peer) => [peer.name, peer]));
      const dynamic = new Set(desired.filter(({ address }) => address.includes('/')).map(({ name }) => name));
      const seen = seenSessions(sessions, peers, dynamic);
      tellChanges(seen);
      flaps.look(seen, dynamic);
      const isUp = ({ state }: SessionStatus) => state === 'established';
      down.look(seen.filter((session) => !isUp(session)).map(({ protocol }) => protocol));
      const isTroubled = (session: SessionStatus) => hasWaited(session) || down.isLong(session.protocol);
      // One that connected by itself may also go.
      const troubled = seen.filter((session) => !dynamic.has(session.peer) && isTroubled(session));
      const established = new Set(seen.filter(isUp).map(({ peer }) => peer));
      const missed = desired.filter((peer) => isUnnumbered(peer) && !established.has(peer.name));
      alone.look(missed.map(({ name }) => name));
      problems.set('session', [
        ...troubled.map((session) => toProblem(session, peers.get(session.peer))),
        ...missed.filter(({ name }) => alone.isLong(name)).map((peer) => discoveryProblem(peer, options)),
        ...seen.flatMap((session) => bfdProblem(session, peers, options) ?? []),
      ]);
    },
    flaps: () => flaps.byPeer,
  };
}

/** The sessions of desired peers; what waits for a dynamic peer's sessions is no session itself. */
function seenSessions(
  sessions: readonly SessionStatus[],
  peers: ReadonlyMap<string, DesiredPeer>,
  dynamic: ReadonlySet<string>,
): readonly SeenSession[] {
  return matchPeers(sessions, [...peers.keys()])
    .filter(({ peer, neighborRange }) => peers.has(peer) && neighborRange === undefined)
    .map((session) => ({ ...session, shown: showPeer(session, dynamic) }));
}

/** Tells the log which sessions came up or went down since the last look. */
function createTeller(log: Log): (seen: readonly SeenSession[]) => void {
  let before = new Map<string, SessionStatus['state']>();
  return (seen) => {
    for (const { peer, protocol, shown, state, lastError } of seen) {
      const wasUp = before.get(protocol) === 'established';
      if (state === 'established' && !wasUp) {
        log.info({ event: 'session-up', peer }, `the session with ${shown} is established`);
      } else if (state !== 'established' && wasUp) {
        const reason = lastError === undefined ? '' : `: ${lastError}`;
        log.warn({ event: 'session-down', peer, state }, `the session with ${shown} is down${reason}`);
      }
    }
    before = new Map(seen.map(({ protocol, state }) => [protocol, state]));
  };
}

/** Counts looks in a row at which something was amiss with a name. */
function createStreaks() {
  let looks = new Map<string, number>();
  return {
    look: (amiss: readonly string[]) => {
      looks = new Map(amiss.map((name) => [name, (looks.get(name) ?? 0) + 1]));
    },
    isLong: (name: string) => (looks.get(name) ?? 0) >= PATIENCE_LOOKS,
  };
}

/** Counts established sessions that went down, whether or not they are up again at the next look. */
function createFlapCount() {
  let before: readonly SessionStatus[] = [];
  const byPeer = new Map<string, number>();
  return {
    byPeer,
    look: (seen: readonly SessionStatus[], dynamic: ReadonlySet<string>) => {
      const after = new Map(seen.map((session) => [session.protocol, session]));
      for (const { peer, protocol, sinceMs, state } of before) {
        if (state !== 'established') continue;
        const now = after.get(protocol);
        // A peer that is gone from the policy has no session that went down; one that connected by itself has.
        const isDown = now === undefined ? dynamic.has(peer) : now.state !== 'established';
        const isAnew = now !== undefined && (now.sinceMs ?? 0) < (sinceMs ?? 0);
        if (isDown || isAnew) byPeer.set(peer, (byPeer.get(peer) ?? 0) + 1);
      }
      before = seen;
    },
  };
}

function hasWaited({ state, sinceMs }: SessionStatus): boolean {
  return state !== 'established' && (sinceMs ?? 0) > PATIENCE_MS;
}

/** A session with its peer as messages name it. */
type SeenSession = SessionStatus & { readonly shown: string };

/** A peer by its name; of those that a dynamic peer stands for, each by its address as well. */
function showPeer({ peer, neighborAddress }: SessionStatus, dynamic: ReadonlySet<string>): string {
  return dynamic.has(peer) && neighborAddress !== undefined ? `\`${peer}\` at ${neighborAddress}` : `\`${peer}\``;
}

function toProblem({ lastError, shown }: SeenSession, desired: DesiredPeer | undefined): FoundProblem {
  const reason = lastError === undefined ? '' : `, the last error was \`${lastError}\``;
  // Without its state, which changes every few seconds: what is said anew is logged anew.
  const message = `the session with ${shown} is not established${reason}`;
  if (lastError === 'Error: No listening socket') {
    const cause = 'another program has the port, or the address is not of this machine; it is tried again every 10 s';
    return { subject: shown, code: 'session-down', message: `${message}: ${cause}` };
  }
  // BIRD's own words say nothing of the kernel; they stand in its log only.
  if (desired?.authentication === undefined || lastError !== 'Error: Authentication failed') {
    return { subject: shown, code: 'session-down', message };
  }
  const cause = 'this kernel has no TCP-AO, which needs Linux 6.7 or later with CONFIG_TCP_AO';
  return { subject: shown, code: 'tcp-ao-not-supported', message: `${message}: ${cause}` };
}

/** Of a link where nobody has opened a session. */
function discoveryProblem({ interface: link, name }: DesiredPeer, { mayAdvertise }: SessionWatchOptions): FoundProblem {
  const shown = `\`${name}\``;
  if (mayAdvertise?.() === false) {
    const help = 'give it `AmbientCapabilities=CAP_NET_RAW` (systemd) or `capabilities.add: [NET_RAW]` (Kubernetes)';
    const message = `${shown} cannot find this node on ${link}: BIRD lacks the capability CAP_NET_RAW; ${help}`;
    return { subject: shown, code: 'discovery-not-allowed', message };
  }
  const message = `no neighbour on ${link} has opened the session with ${shown}: the other end of the link has to look for neighbours as well, and the link has to be up`;
  return { subject: shown, code: 'session-down', message };
}

/** BFD that says nothing protects nothing, while the session itself looks well. */
function bfdProblem(
  { bfd, peer, shown, sinceMs, state }: SeenSession,
  desired: ReadonlyMap<string, DesiredPeer>,
  { mayUseBfd }: SessionWatchOptions,
): FoundProblem | undefined {
  if (desired.get(peer)?.bfd === undefined || bfd === 'up') return undefined;
  if (mayUseBfd?.() === false) {
    const help = 'give it `AmbientCapabilities=CAP_NET_RAW` (systemd) or `capabilities.add: [NET_RAW]` (Kubernetes)';
    const message = `BFD with ${shown} does not work: BIRD lacks the capability CAP_NET_RAW; ${help}`;
    return { subject: shown, code: 'bfd-not-allowed', message };
  }
  if (state !== 'established' || (sinceMs ?? 0) <= PATIENCE_MS) return undefined;
  const message = `BFD with ${shown} is ${bfd ?? 'off'}: the peer does not answer, and a dead path is noticed by the hold time only`;
  return { subject: shown, code: 'bfd-down', message };
}
