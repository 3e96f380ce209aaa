// The problems an agent has at present, each with the moment it began. What is said again is not logged again.

import type { Clock } from '../clock.ts';
import type { Log } from './log.ts';
import type { Problem } from './status.ts';

/** A set of problems by subject, such as `policy` or `peer tor-a`. */
export interface Problems {
  /** Replaces everything known about subjects that start with `prefix`; new ones are logged, gone ones as well. */
  set(prefix: string, found: readonly FoundProblem[]): void;
  list(): readonly Problem[];
}

/** A problem as it was found. */
export interface FoundProblem {
  /** What it is about; unique among problems of one prefix. */
  readonly subject: string;
  readonly code: string;
  readonly message: string;
}

/** Creates an empty set. */
export function createProblems(clock: Clock, log: Log): Problems {
  const known = new Map<string, Problem>();
  return {
    set: (prefix, found) => {
      const wanted = new Map(found.map((problem) => [`${prefix} ${problem.subject} ${problem.code}`, problem]));
      for (const [key, problem] of known) {
        if (!key.startsWith(`${prefix} `) || wanted.has(key)) continue;
        known.delete(key);
        log.info({ event: 'problem-over', code: problem.code }, `over: ${problem.message}`);
      }
      for (const [key, { code, message }] of wanted) {
        const before = known.get(key);
        known.set(key, { code, message, since: before?.since ?? clock.now() });
        if (before?.message !== message) log.warn({ event: 'problem', code }, message);
      }
    },
    list: () => [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, problem]) => problem),
  };
}
