// Failures of list-watches -> what a person is told: one sentence for each cause, when it has lasted for more than a moment,
// and one when it is over. The three resources of one unreachable server are one cause.

import { renderRule, ruleFor } from '../rbac.ts';
import type { SourceProblem } from '../source.ts';
import { renderTarget, type WatchTarget } from '../watch-target.ts';
import type { ApiFailure } from './api-error.ts';
import type { Trouble } from './list-watch-status.ts';

/** Collects the failures of all list-watches of one source. */
export interface Troubles {
  update(target: WatchTarget, trouble: Trouble | undefined): void;
}

/** Who is told. */
export interface TroubleListener {
  readonly onProblem: (problem: SourceProblem) => void;
  /** Nothing is wrong any more; `since` is when it began. */
  readonly onRecovered: (since: number) => void;
}

/** After how many failures in a row somebody is told: a single lost connection is an everyday thing. */
const PATIENCE: Readonly<Record<ApiFailure, number>> = {
  unreachable: 3,
  stalled: 2,
  closed: 3,
  credentials: 1,
  unauthorized: 2,
  forbidden: 2,
  'not-found': 2,
  gone: 4,
  'too-new': 4,
  throttled: 3,
  rejected: 2,
  server: 3,
  broken: 2,
};

/** Failures that concern the server as a whole. */
const OF_SERVER: readonly ApiFailure[] = ['unreachable', 'stalled', 'credentials', 'unauthorized'];

/** Creates a collection without troubles. `server` names the API server. */
export function createTroubles(server: () => string, listener: TroubleListener): Troubles {
  const active = new Map<string, Trouble>();
  const told = new Set<string>();
  let since: number | undefined;
  return {
    update: (target, trouble) => {
      const key = renderTarget(target);
      if (trouble === undefined) {
        active.delete(key);
        if (active.size > 0 || since === undefined) return;
        if (told.size > 0) listener.onRecovered(since);
        told.clear();
        since = undefined;
        return;
      }
      active.set(key, trouble);
      since ??= trouble.since;
      if (trouble.attempts < patience(trouble)) return;
      const where = OF_SERVER.includes(trouble.failure) ? server() : key;
      const cause = `${trouble.failure} ${where}`;
      if (told.has(cause)) return;
      told.add(cause);
      listener.onProblem({ where, message: describe(target, trouble) });
    },
  };
}

// An API server that has just started forbids everything until it has read its roles.
function patience({ failure, synced }: Trouble): number {
  return failure === 'forbidden' && synced ? 6 : PATIENCE[failure];
}

function describe(target: WatchTarget, { failure, message, doing }: Trouble): string {
  const kept = 'what is known stays as it is';
  switch (failure) {
    case 'unreachable':
    case 'stalled':
      return `the API server does not answer: ${message}; ${kept}, and it is tried again at least every second`;
    case 'credentials':
      return `the credentials cannot be read: ${message}`;
    case 'unauthorized':
      return `the API server does not accept the credentials: ${message}; they are read again before every try`;
    case 'forbidden':
      return `no right to ${doing} them: ${message}; add this rule to the ${roleOf(target)}: ${renderRule(ruleFor(target))}`;
    case 'throttled':
      return `the API server asks to slow down: ${message}; ${kept}`;
    default:
      return `cannot ${doing} them: ${message}; ${kept}, and it is tried again`;
  }
}

function roleOf({ namespace }: WatchTarget): string {
  return namespace === undefined ? 'ClusterRole' : `Role in namespace ${namespace}`;
}
