// Keeps for the next life of the agent what this one has applied, at the right moment: not what came from the file itself, not
// while sessions still have old settings, and at once where `guard` holds other routes than before.

import type { Snapshot } from '../engine/index.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentReports } from './agent-reports.ts';
import type { KeptSession } from './kept-sessions.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import type { HeldRoute } from './route-guard.ts';
import { createSaver, type Saver } from './saver.ts';

/** What it takes from outside. */
export interface GoodSaverOptions extends Pick<AgentOptions, 'clock' | 'keeper' | 'saveGood'> {
  readonly reports: Pick<AgentReports, 'saved'>;
  /** The cluster as it is known; absent while that is from the file, or not complete. */
  readonly snapshot: () => Snapshot | undefined;
  readonly kept: () => readonly KeptSession[];
  /** BIRD is not yet as the policy says. */
  readonly isWaiting: () => boolean;
  readonly onSaved: (policy: CheckedPolicy) => void;
}

/** Saves policy and cluster once BIRD has taken what they come to. */
export class GoodSaver {
  readonly #options: GoodSaverOptions;
  readonly #saver: Saver;
  #held: ReadonlyMap<string, HeldRoute> = new Map();
  /** What was applied last is not to wait. */
  #isUrgent = false;
  #isLast = false;
  #savedAt: number | undefined;

  constructor(options: GoodSaverOptions) {
    this.#options = options;
    this.#saver = createSaver(options.clock, () => this.#save());
  }

  /** When this life of the agent saved last. */
  get savedAt(): number | undefined {
    return this.#savedAt;
  }

  /** BIRD took a state in which `guard` holds these routes: another life has to know as soon as it is so. */
  holds(held: ReadonlyMap<string, HeldRoute>): void {
    const before = this.#held;
    this.#held = held;
    this.#isUrgent = held.size !== before.size || [...held.keys()].some((prefix) => !before.has(prefix));
  }

  /** BIRD took a state of the policy in effect. */
  taken(): void {
    if (this.#isUrgent) this.#saver.now();
    else this.#saver.later();
  }

  now(): void {
    this.#saver.now();
  }

  /** Saves what is due; nothing is written afterwards. */
  finish(): Promise<void> {
    this.#isLast = true;
    return this.#saver.finish();
  }

  async #save(): Promise<void> {
    const { clock, isWaiting, keeper, kept, onSaved, reports, saveGood } = this.#options;
    // What is saved tells the next life what BIRD has.
    if (isWaiting()) {
      if (!this.#isLast) this.#saver.later();
      return;
    }
    const policy = keeper.inEffect();
    const snapshot = this.#options.snapshot();
    if (policy === undefined || snapshot === undefined) return;
    const unsaved = await saveGood(policy.loaded.text, snapshot, [...this.#held.values()], kept());
    if (unsaved === undefined) {
      this.#savedAt = clock.now();
      onSaved(policy);
    }
    reports.saved(unsaved);
  }
}
