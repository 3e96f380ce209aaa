// `confirm within` of a policy's `guard`: for so long a new policy is on trial. If a session that was up before it is down at
// the end, the policy before it is put back, unless that one would announce what the new one excludes. Several new policies
// one after the other are tried against the last one that was confirmed, also where one comes while that is being put back.

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
  /** Some session waits to be restarted because of the policy, or another policy is on its way, so that it is too early. */
  readonly isBusy: () => boolean;
  /** A prefix that a policy would announce now and the one in effect excludes. */
  readonly forbidden: (previous: CheckedPolicy) => string | undefined;
  /** What this policy needs has to stay known, since it may be put back; undefined: no more. */
  readonly spare: (previous: CheckedPolicy | undefined) => void;
  /** Goes back. */
  readonly putBack: (previous: CheckedPolicy, reason: string) => void;
  readonly report: (problems: readonly FoundProblem[]) => void;
}

/** Tries new policies. */
export interface PolicyTrial {
  /** Looks which sessions are up before BIRD is given a new policy in the place of `previous`. */
  prepare(previous: CheckedPolicy | undefined): Promise<void>;
  /** That policy is in effect; `isPassing` if another one, which came meanwhile, is to follow at once. */
  begin(policy: CheckedPolicy, isPassing: boolean): void;
  /** The policy is right whatever becomes of its sessions; false if none is on trial. */
  confirm(): boolean;
  /** BIRD does not take a new policy, or the one that is put back. */
  refused(policy: CheckedPolicy): void;
  stop(): void;
}

/** What a policy on trial is judged by. */
interface OnTrial {
  readonly previous: CheckedPolicy;
  readonly up: ReadonlySet<string>;
  readonly withinMs: number;
}

/** How things were before BIRD was given a new policy. */
interface Before {
  readonly previous: CheckedPolicy | undefined;
  readonly up: ReadonlySet<string> | undefined;
  /** When, as of the monotonic clock. */
  readonly at: number;
}

/** On trial, or found wanting: until the policy before is in effect again, others are judged as if it never had been. */
type Stage = 'none' | 'trying' | 'going-back';

/** After how long BIRD is asked again that did not answer. */
const RETRY_MS = 1_000;
/** So long what was before a policy that BIRD had for a moment, if at all, counts for the one that follows. */
const BEFORE_MS = 60_000;

/** Creates it with nothing on trial. */
export function createPolicyTrial(options: PolicyTrialOptions): PolicyTrial {
  return new Trial(options);
}

class Trial implements PolicyTrial {
  readonly #options: PolicyTrialOptions;
  #before: Before | undefined;
  #current: OnTrial | undefined;
  #stage: Stage = 'none';
  #timer: Timer | undefined;

  constructor(options: PolicyTrialOptions) {
    this.#options = options;
  }

  async prepare(previous: CheckedPolicy | undefined): Promise<void> {
    const { clock, established } = this.#options;
    if (this.#before !== undefined && clock.elapsed() - this.#before.at < BEFORE_MS) return;
    this.#before = { previous, up: await established(), at: clock.elapsed() };
  }

  begin(policy: CheckedPolicy, isPassing: boolean): void {
    const before = this.#current ?? this.#before;
    const next = toTrial(policy, before);
    this.#before = isPassing && before !== undefined ? { at: this.#options.clock.elapsed(), ...before } : undefined;
    this.#enter(next, next === undefined ? 'none' : 'trying');
    if (next === undefined) return;
    const { withinMs } = next;
    this.#judgeIn(withinMs);
    const until = toTimestamp(this.#options.clock.now() + withinMs);
    const message = `the policy is on trial until ${until}: the one before it is put back if a session that was up is down then; \`bellbird confirm\` keeps it`;
    this.#options.report([{ subject: 'policy', code: 'policy-on-trial', message }]);
  }

  confirm(): boolean {
    if (this.#stage !== 'trying') return false;
    this.#end();
    return true;
  }

  refused({ origin }: CheckedPolicy): void {
    this.#before = undefined;
    if (this.#stage === 'going-back' && origin === 'last-good') this.#end();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #end(): void {
    this.#enter(undefined, 'none');
  }

  #enter(trial: OnTrial | undefined, stage: Stage): void {
    this.#timer?.cancel();
    this.#options.report([]);
    const before = this.#current?.previous;
    this.#current = trial;
    this.#stage = stage;
    if (trial?.previous !== before) this.#options.spare(trial?.previous);
  }

  #judgeIn(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => void this.#judge());
  }

  async #judge(): Promise<void> {
    const { established, forbidden, isBusy, peers, putBack, report } = this.#options;
    const trial = this.#current;
    if (trial === undefined) return;
    const up = isBusy() ? undefined : await established();
    if (trial !== this.#current) return;
    // The time counts from when the last session was restarted; what is known of them may be old by now.
    if (isBusy()) return this.#judgeIn(trial.withinMs);
    if (up === undefined) return this.#judgeIn(RETRY_MS);
    const lost = peers().filter((peer) => trial.up.has(peer) && !up.has(peer));
    if (lost.length === 0) return this.#end();
    const names = lost.map((peer) => `\`${peer}\``).join(', ');
    const reason = `the session${lost.length === 1 ? '' : 's'} with ${names} did not come back`;
    const prefix = forbidden(trial.previous);
    if (prefix === undefined) {
      this.#enter(trial, 'going-back');
      return putBack(trial.previous, reason);
    }
    this.#end();
    const message = `${reason}; the policy before is not put back, because it would announce ${prefix}, which this one excludes`;
    report([{ subject: 'policy', code: 'policy-not-put-back', message }]);
  }
}

/** What a policy is judged by that is in effect now; undefined: it needs no trial. */
function toTrial(
  { policy, loaded, origin }: CheckedPolicy,
  before: Omit<Before, 'at'> | undefined,
): OnTrial | undefined {
  const withinMs = policy.guard?.confirm?.withinMs;
  const { previous, up } = before ?? {};
  // What is gone back to, by hand or not, needs no trial.
  if (withinMs === undefined || origin === 'last-good' || previous === undefined) return undefined;
  if (up === undefined || up.size === 0 || sameText(previous.loaded.text, loaded.text)) return undefined;
  return { previous, up, withinMs };
}
