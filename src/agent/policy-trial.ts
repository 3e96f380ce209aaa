// `confirm within` of a policy's `guard`: for so long a new policy is on trial. If a session that was up before it is down at
// the end, the policy before it is put back, unless that one would announce what the new one excludes. Several new policies
// one after the other are tried against the last one that was confirmed.

import type { Clock, Timer } from '../clock.ts';
import { sameText } from './last-good.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import type { FoundProblem } from './problems.ts';
import { toTimestamp } from './time-text.ts';

/** What a trial needs of the agent. */
export interface PolicyTrialOptions {
  readonly clock: Clock;
  /** Peers of BIRD's with an established session; undefined where BIRD does not tell. */
  readonly established: () => Promise<ReadonlySet<string> | undefined>;
  /** Peers that should run now. */
  readonly peers: () => readonly string[];
  /** Some session waits to be restarted because of the policy, or another policy waits, so that it is too early to judge. */
  readonly isBusy: () => boolean;
  /** A prefix that a policy would announce now and the one in effect excludes. */
  readonly forbidden: (previous: CheckedPolicy) => string | undefined;
  /** Goes back. */
  readonly putBack: (previous: CheckedPolicy, reason: string) => void;
  readonly report: (problems: readonly FoundProblem[]) => void;
}

/** Tries new policies. */
export interface PolicyTrial {
  /** Looks which sessions are up before a policy is applied that is to be tried. */
  prepare(candidate: CheckedPolicy): Promise<void>;
  /** A policy is in effect in the place of another. */
  begin(policy: CheckedPolicy, previous: CheckedPolicy | undefined): void;
  /** The policy is right whatever becomes of its sessions; false if none is on trial. */
  confirm(): boolean;
  stop(): void;
}

/** What a policy on trial is judged by. */
interface OnTrial {
  readonly previous: CheckedPolicy;
  readonly up: ReadonlySet<string>;
  readonly withinMs: number;
}

/** After how long BIRD is asked again that did not answer. */
const RETRY_MS = 1_000;

/** Creates it with nothing on trial. */
export function createPolicyTrial(options: PolicyTrialOptions): PolicyTrial {
  return new Trial(options);
}

class Trial implements PolicyTrial {
  readonly #options: PolicyTrialOptions;
  #up: ReadonlySet<string> | undefined;
  #current: OnTrial | undefined;
  #timer: Timer | undefined;

  constructor(options: PolicyTrialOptions) {
    this.#options = options;
  }

  async prepare({ policy }: CheckedPolicy): Promise<void> {
    this.#up = policy.guard?.confirm === undefined ? undefined : await this.#options.established();
  }

  begin({ policy, loaded, origin }: CheckedPolicy, before: CheckedPolicy | undefined): void {
    const withinMs = policy.guard?.confirm?.withinMs;
    const { previous, up } = this.#current ?? { previous: before, up: this.#up };
    this.#end();
    // What is gone back to, by hand or not, needs no trial.
    if (withinMs === undefined || previous === undefined || up === undefined || origin === 'last-good') return;
    if (up.size === 0 || sameText(previous.loaded.text, loaded.text)) return;
    this.#current = { previous, up, withinMs };
    this.#judgeIn(withinMs);
    const until = toTimestamp(this.#options.clock.now() + withinMs);
    const message = `the policy is on trial until ${until}: the one before it is put back if a session that was up is down then; \`bellbird confirm\` keeps it`;
    this.#options.report([{ subject: 'policy', code: 'policy-on-trial', message }]);
  }

  confirm(): boolean {
    const isOnTrial = this.#current !== undefined;
    this.#end();
    return isOnTrial;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #end(): void {
    this.#timer?.cancel();
    if (this.#current !== undefined) this.#options.report([]);
    this.#current = undefined;
  }

  #judgeIn(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => void this.#judge());
  }

  async #judge(): Promise<void> {
    const { established, forbidden, isBusy, peers, putBack, report } = this.#options;
    const trial = this.#current;
    if (trial === undefined) return;
    // The time counts from when the last session was restarted.
    if (isBusy()) return this.#judgeIn(trial.withinMs);
    const up = await established();
    if (trial !== this.#current) return;
    if (up === undefined) return this.#judgeIn(RETRY_MS);
    const lost = peers().filter((peer) => trial.up.has(peer) && !up.has(peer));
    this.#end();
    if (lost.length === 0) return;
    const names = lost.map((peer) => `\`${peer}\``).join(', ');
    const reason = `the session${lost.length === 1 ? '' : 's'} with ${names} did not come back`;
    const prefix = forbidden(trial.previous);
    if (prefix === undefined) return putBack(trial.previous, reason);
    const message = `${reason}; the policy before is not put back, because it would announce ${prefix}, which this one excludes`;
    report([{ subject: 'policy', code: 'policy-not-put-back', message }]);
  }
}
