// Finds out that nothing passes between a proxy and the API server. TCP looks no further than the proxy, and a watch may have
// nothing to say for a minute; so when all watches through a proxy have been silent for a while, a small request goes the same
// way. Any answer of the server will do, also a refusal; without one, the watches are ended, which lets them be opened again.
// Its connection is kept from one time to the next: one that was forgotten on the way tells as much as a cut.

import type { Clock, Timer } from '../../clock.ts';
import { messageOf } from '../../unknown.ts';
import { ApiError } from './api-error.ts';

/** Watches that the probe looks after; `Way` is what a request needs to go the same way. */
export interface PathProbe<Way> {
  follow(way: Way): FollowedWatch;
}

/** One watch, from before its request until `end`. */
export interface FollowedWatch {
  /** Aborted with an ApiError where nothing passes any more. */
  readonly signal: AbortSignal;
  /** Something came. */
  touch(): void;
  end(): void;
}

/** What a probe takes from outside. */
export interface PathProbeOptions<Way> {
  readonly clock: Clock;
  /** Resolves when the server has answered, whatever it says; rejects where nothing passes or the signal is aborted. */
  readonly ask: (way: Way, signal: AbortSignal) => Promise<void>;
  readonly limits?: ProbeLimits;
}

/** How long things may take, in milliseconds. */
export interface ProbeLimits {
  /** Silence before the first question. */
  readonly silence: number;
  readonly answer: number;
  /** Before a proxy that said no is asked again. */
  readonly again: number;
}

const LIMITS: ProbeLimits = { silence: 20_000, answer: 10_000, again: 1_000 };

/** A proxy that takes no new connections for a moment may serve the old ones all the same. */
const REFUSALS = 3;

/** Creates a probe that rests until there is a watch. */
export function createPathProbe<Way>(options: PathProbeOptions<Way>): PathProbe<Way> {
  return new SharedProbe(options);
}

class SharedProbe<Way> implements PathProbe<Way> {
  readonly #options: PathProbeOptions<Way>;
  readonly #limits: ProbeLimits;
  readonly #watches = new Set<AbortController>();
  #way: Way | undefined;
  /** When something came last, over any of them. */
  #last = 0;
  #refusals = 0;
  #timer: Timer | undefined;
  #question: AbortController | undefined;

  constructor(options: PathProbeOptions<Way>) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
  }

  follow(way: Way): FollowedWatch {
    const controller = new AbortController();
    this.#way = way;
    this.#watches.add(controller);
    this.#touch();
    if (this.#watches.size === 1) this.#wait(this.#limits.silence, () => this.#look());
    return { signal: controller.signal, touch: () => this.#touch(), end: () => this.#leave(controller) };
  }

  #touch(): void {
    this.#last = this.#options.clock.elapsed();
    this.#refusals = 0;
  }

  #leave(controller: AbortController): void {
    this.#watches.delete(controller);
    if (this.#watches.size > 0) return;
    this.#timer?.cancel();
    this.#question?.abort();
  }

  #wait(delayMs: number, then: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, then);
  }

  #look(): void {
    const rest = this.#limits.silence - (this.#options.clock.elapsed() - this.#last);
    if (rest > 0) this.#wait(rest, () => this.#look());
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    const { clock, ask } = this.#options;
    const asked = new AbortController();
    const before = this.#last;
    const limit = clock.after(this.#limits.answer, () => asked.abort(new Error(SILENT)));
    this.#question = asked;
    try {
      if (this.#way !== undefined) await ask(this.#way, asked.signal);
      this.#touch();
    } catch (error) {
      if (this.#watches.size > 0 && this.#last === before) return this.#fail(error, asked.signal);
    } finally {
      limit.cancel();
      this.#question = undefined;
    }
    if (this.#watches.size > 0) this.#look();
  }

  #fail(error: unknown, { aborted, reason }: AbortSignal): void {
    this.#refusals++;
    if (!aborted && this.#refusals < REFUSALS) this.#wait(this.#limits.again, () => void this.#ask());
    else this.#cut(messageOf(aborted ? reason : error));
  }

  #cut(message: string): void {
    const silence = `nothing came for ${Math.round(this.#limits.silence / 1_000)} s`;
    const cause = new ApiError('unreachable', `${silence}, and ${message}`);
    const watches = [...this.#watches];
    this.#watches.clear();
    for (const watch of watches) watch.abort(cause);
  }
}

const SILENT = 'a request sent through the proxy after that was not answered';
