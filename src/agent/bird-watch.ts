// What the agent remembers of BIRD's life, from the events that src/bgp reports.

import { statSync } from 'node:fs';
import type { Bird, BirdEvent } from '../bgp/index.ts';
import type { Clock } from '../clock.ts';
import type { Log } from './log.ts';
import type { BirdStatus } from './status.ts';

/** Listens to BIRD's events. */
export interface BirdWatch {
  onEvent(event: BirdEvent): void;
  /** A BIRD that is there was asked, and answered or did not. */
  onAnswer(answers: boolean): void;
  /** The last event that says something about the process that runs now. */
  status(bird: Pick<Bird, 'paths' | 'pid' | 'state'>): BirdStatus;
  /** How often a BIRD ended unasked and another was started. */
  restarts(): number;
}

/** What is remembered of the process that was last there. */
interface LastBird {
  readonly how?: BirdStatus['how'];
  readonly version?: string;
  /** Absent: another agent started it. */
  readonly startedAt?: number | undefined;
  /** Whether it was asked and gave no answer. */
  readonly isSilent: boolean;
  /** Whether its process has ended, as far as anybody saw. */
  readonly isGone: boolean;
}

/** Creates a watch that has seen no BIRD. */
export function createBirdWatch(clock: Clock, log: Log): BirdWatch {
  let last: LastBird = { isSilent: false, isGone: true };
  let restarts = 0;
  /** Whether the last end was asked for. */
  let wasPlanned = false;
  return {
    onAnswer: (answers) => {
      last = { ...last, isSilent: !answers };
    },
    onEvent: (event) => {
      const { level, message } = describeEvent(event);
      const { kind, ...fields } = event;
      log[level]({ ...fields, event: `bird-${kind}` }, message);
      if (event.kind === 'restart-failed') return;
      last = { ...last, isSilent: false, isGone: event.kind === 'exited' };
      if (event.kind === 'exited') wasPlanned = event.planned;
      if (event.kind === 'adopted') {
        last = { ...last, how: 'adopted', version: event.version, startedAt: undefined };
      } else if (event.kind === 'started') {
        const isFirst = last.how === undefined;
        if (!isFirst && !wasPlanned) restarts++;
        last = { ...last, how: isFirst ? 'started' : 'restarted', version: event.version, startedAt: clock.now() };
      }
    },
    restarts: () => restarts,
    status: (bird) => toStatus(bird, last),
  };
}

function toStatus(bird: Pick<Bird, 'paths' | 'pid' | 'state'>, last: LastBird): BirdStatus {
  const state = bird.state();
  const isRunning = state === 'running';
  // A connection that was lost to a process that has not ended is one that gave no answer.
  const isThere = isRunning ? last.isSilent : state === 'recovering' && !last.isGone;
  return {
    isRunning,
    ...(isThere && { isSilent: true }),
    version: isRunning ? last.version : undefined,
    pid: isRunning || isThere ? bird.pid() : undefined,
    // BIRD writes its pid file at its start, whoever started it.
    startedAt: isRunning ? (last.startedAt ?? modifiedAt(bird.paths.pid)) : undefined,
    how: isRunning ? last.how : undefined,
    configuredAt: modifiedAt(bird.paths.config),
  };
}

function describeEvent(event: BirdEvent): { readonly level: 'info' | 'warn' | 'error'; readonly message: string } {
  switch (event.kind) {
    case 'adopted': {
      const other =
        event.version === event.ownVersion ? '' : `; BIRD ${event.ownVersion} comes into use when it is restarted`;
      return { level: 'info', message: `adopted the BIRD ${event.version} that is running${other}` };
    }
    case 'started': {
      const kept = event.recovered ? ', peers were asked to keep the routes of the one before' : '';
      return { level: 'info', message: `started BIRD ${event.version} with pid ${event.pid}${kept}` };
    }
    case 'exited':
      return event.planned
        ? { level: 'info', message: `BIRD ended by \`${event.how}\`` }
        : { level: 'error', message: `BIRD ended with ${event.how}; it is started again, and peers keep the routes` };
    case 'reconnected':
      return { level: 'warn', message: 'lost the connection to BIRD and have it again' };
    case 'restart-failed':
      return {
        level: 'error',
        message: `BIRD could not be started again: ${event.message}; the next attempt is in ${event.retryInMs} ms`,
      };
  }
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
