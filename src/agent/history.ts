// What the agent did and why: the last changes that BIRD took, each with its causes. In memory, since the agent started; only
// numbers and the first prefixes of each, so that a large cluster costs no more than a small one.

import type { RestartedSession } from '../bgp/index.ts';
import type { Change, DesiredState } from '../engine/index.ts';
import { objectKey } from '../engine/index.ts';
import { compareRoutes } from './describe-changes.ts';
import { isoTime, toTimestamp } from './time-text.ts';

/** One change that BIRD took. */
export interface HistoryEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly causes: readonly string[];
  readonly announced: SomePrefixes;
  readonly withdrawn: SomePrefixes;
  readonly changed: SomePrefixes;
  readonly restarted: readonly RestartedSession[];
  /** Routes there were afterwards. */
  readonly routes: number;
}

/** How many there were, and the first of them. */
export interface SomePrefixes {
  readonly count: number;
  readonly first: readonly string[];
}

/** Remembers changes. */
export interface History {
  /** Something happened that the next change may come of. */
  because(cause: string): void;
  /** The same for changes of the cluster. */
  becauseOf(changes: readonly Change[]): void;
  /** A state is worked out now, of which everything so far is the cause; what happens from here on is for the next one. */
  begin(): void;
  /** BIRD took that state. */
  applied(before: DesiredState | undefined, after: DesiredState, restarted: readonly RestartedSession[]): void;
  /** BIRD had that state already. */
  unchanged(): void;
  /** The last first. */
  list(): readonly HistoryEntry[];
}

/** So many changes are remembered. */
const LENGTH = 200;
/** So many prefixes and causes of each. */
const NAMED = 8;

/** Creates an empty history; `now` tells the time as of the wall clock. */
export function createHistory(now: () => number): History {
  const entries: HistoryEntry[] = [];
  let next = noCauses();
  let current = noCauses();
  const because = (cause: string) => addCause(next, cause);
  return {
    because,
    becauseOf: (changes) => {
      for (const change of changes) because(describeChange(change));
    },
    begin: () => {
      // BIRD may not have taken the state before.
      for (const cause of next.named) addCause(current, cause);
      current.more += next.more;
      next = noCauses();
    },
    applied: (before, after, restarted) => {
      const { announced, withdrawn, changed } = compareRoutes(before, after);
      const { named, more } = current;
      const causes = more === 0 ? [...named] : [...named, `${more} more`];
      current = noCauses();
      if (announced.length + withdrawn.length + changed.length + restarted.length === 0) return;
      const routes = after.routes.length;
      const entry = {
        announced: some(announced),
        withdrawn: some(withdrawn),
        changed: some(changed),
        restarted,
        routes,
      };
      entries.unshift({ at: now(), causes, ...entry });
      entries.length = Math.min(entries.length, LENGTH);
    },
    unchanged: () => {
      current = noCauses();
    },
    list: () => entries,
  };
}

/** The first causes by name, and how many more there were. */
interface Causes {
  readonly named: Set<string>;
  more: number;
}

function noCauses(): Causes {
  return { named: new Set(), more: 0 };
}

function addCause(causes: Causes, cause: string): void {
  if (causes.named.has(cause)) return;
  if (causes.named.size < NAMED) causes.named.add(cause);
  else causes.more++;
}

/** The JSON of `GET /v1/history`. */
export function historyToJson(node: string, entries: readonly HistoryEntry[]): unknown {
  const changes = entries.map(({ at, ...entry }) => ({ at: toTimestamp(at), ...entry }));
  return { apiVersion: 'bellbird/v1', kind: 'History', node, changes };
}

/** One change after the other, the last at the end, as a log has it. */
export function renderHistory(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'nothing was changed since the agent started\n';
  return entries.toReversed().map(renderEntry).join('');
}

function renderEntry({ at, causes, announced, withdrawn, changed, restarted }: HistoryEntry): string {
  const time = isoTime(at);
  const lines = [
    `${time.slice(0, 10)} ${time.slice(11, 19)}Z  ${causes.length === 0 ? 'unknown cause' : causes.join(', ')}`,
    ...renderPrefixes('announced', announced),
    ...renderPrefixes('withdrawn', withdrawn),
    ...renderPrefixes('changed', changed),
    ...restarted.map(({ peer, why }) => `the session with ${peer} restarted: ${why.join(', ')}`),
  ];
  return lines.map((line, index) => `${index === 0 ? '' : '  '}${line}\n`).join('');
}

function renderPrefixes(verb: string, { count, first }: SomePrefixes): readonly string[] {
  if (count === 0) return [];
  return [`${verb} ${first.join(', ')}${count > first.length ? ` and ${count - first.length} more` : ''}`];
}

function some(prefixes: readonly string[]): SomePrefixes {
  return { count: prefixes.length, first: prefixes.slice(0, NAMED) };
}

/** `Service shop/cart`, `EndpointSlice shop/cart-x2k9d deleted`. */
function describeChange(change: Change): string {
  if (change.kind === 'deleted') return `${change.objectKind} ${change.key} deleted`;
  return `${change.object.kind} ${objectKey(change.object)}`;
}
