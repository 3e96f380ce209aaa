// `confirm within` of a policy's `guard`: for so long a new policy is on trial. If a session that was up before it is down at
// the end, the policy before it is put back, unless that one would announce what the new one excludes. Several new policies
// one after the other are tried against the last one that was confirmed, also where one comes while that is being put back.
// A trial outlives the agent: what the next one has to know of it stands in a file.

import type { Clock, Timer } from '../clock.ts';
import { sameText } from './last-good.ts';
import { loadPolicyText } from './load-policy.ts';
import { hashPolicy } from './metrics/policy-hash.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import type { FoundProblem } from './problems.ts';
import { toTimestamp } from './time-text.ts';
import type { SavedTrial, TrialFile } from './trial-file.ts';

/** What a trial needs of the agent. */
export interface PolicyTrialOptions {
  readonly clock: Clock;
  readonly file: TrialFile;
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
  /** The trial of an earlier life cannot be gone on with. */
  readonly lost: (why: string) => void;
}

/** Tries new policies. */
export interface PolicyTrial {
  /** Goes on with what an earlier life of the agent tried, once BIRD has the first policy or if that life was going back. */
  restore(first: CheckedPolicy): GoingBack | undefined;
  /** The policy of an earlier life is still to begin. */
  isDue(): boolean;
  /** Looks which sessions are up before BIRD is given a new policy in the place of `previous`. */
  prepare(policy: CheckedPolicy, previous: CheckedPolicy | undefined): Promise<void>;
  /** That policy is in effect. */
  begin(policy: CheckedPolicy, how: Beginning): void;
  /** Sessions restart because of the policy in effect: they have all the time from now on. */
  restarted(): void;
  /** The policy is right whatever becomes of its sessions; false if none is on trial. */
  confirm(): boolean;
  /** BIRD does not take a new policy, or the one that is put back. */
  refused(policy: CheckedPolicy): void;
  /** The next life of the agent knows that this policy was applied. */
  saved(policy: CheckedPolicy): void;
  stop(): void;
}

/** How a policy came into effect. */
export interface Beginning {
  /** Another one, which came meanwhile, is to follow at once. */
  readonly isPassing: boolean;
  /** BIRD went on with it from an earlier life of the agent, and no session was restarted. */
  readonly hasStayed: boolean;
}

/** A policy that is to be put back. */
export interface GoingBack {
  readonly previous: CheckedPolicy;
  readonly reason: string;
}

/** What a policy on trial is judged by. */
interface OnTrial {
  /** `hashPolicy` of the policy on trial. */
  readonly policy: string;
  readonly previous: CheckedPolicy;
  readonly up: ReadonlySet<string>;
  readonly withinMs: number;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly reason?: string;
}

/** How things were before BIRD was given a new policy. */
interface Before {
  readonly previous: CheckedPolicy | undefined;
  readonly up: ReadonlySet<string> | undefined;
  /** When, as of the monotonic clock. */
  readonly at: number;
}

/**
 * `waiting`: of an earlier life, and BIRD has not been told anything in this one. `going-back`: found wanting; until the policy
 * before is in effect again, others are judged as if it never had been.
 */
type Stage = 'none' | 'waiting' | 'trying' | 'going-back';

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
  /** A policy that was put back, and of which the next life of the agent does not know yet. */
  #settling: CheckedPolicy | undefined;
  #timer: Timer | undefined;
  #problem: FoundProblem | undefined;
  #unsaved: FoundProblem | undefined;

  constructor(options: PolicyTrialOptions) {
    this.#options = options;
  }

  restore(first: CheckedPolicy): GoingBack | undefined {
    const { clock, file, lost } = this.#options;
    const found = file.read();
    if (found === undefined) return undefined;
    if (found === 'unusable') return void lost('what was written down of it cannot be read');
    const loaded = loadPolicyText(found.previous);
    if (loaded.policy === undefined) return void lost('the policy before it does not check any more');
    const { policy, up, withinMs, isOfThisBoot, reason } = found;
    const previous: CheckedPolicy = { policy: loaded.policy, loaded, origin: 'last-good' };
    const until = isOfThisBoot ? found.until : clock.now() + withinMs;
    const trial = { policy, previous, up: new Set(up), withinMs, until };
    const isBack = reason !== undefined && hashPolicy(first.loaded.text) === policy;
    this.#enter(isBack ? { ...trial, reason } : trial, isBack ? 'going-back' : 'waiting');
    return isBack ? { previous, reason } : undefined;
  }

  isDue(): boolean {
    return this.#stage === 'waiting';
  }

  async prepare(policy: CheckedPolicy, previous: CheckedPolicy | undefined): Promise<void> {
    const { clock, established } = this.#options;
    const isOld = this.#before === undefined || clock.elapsed() - this.#before.at >= BEFORE_MS;
    const known = isOld ? undefined : this.#before;
    // A BIRD that did not answer, because it is being started again, may do so by now.
    if (known?.up === undefined) {
      this.#before = { previous: known?.previous ?? previous, up: await established(), at: clock.elapsed() };
    }
    // The trial of an earlier life is of a policy that BIRD may have.
    if (this.#stage === 'waiting' && this.#current?.policy === hashPolicy(policy.loaded.text)) return;
    const next = toTrial(policy, this.#current ?? this.#before, clock.now());
    if (next !== undefined) this.#store(next);
  }

  begin(policy: CheckedPolicy, { isPassing, hasStayed }: Beginning): void {
    const { clock } = this.#options;
    const before = this.#current ?? this.#before;
    this.#before = isPassing && before !== undefined ? { at: clock.elapsed(), ...before } : undefined;
    const due = this.#stage === 'waiting' ? this.#current : undefined;
    const isDue = due?.policy === hashPolicy(policy.loaded.text);
    const next = isDue ? due : toTrial(policy, before, clock.now());
    if (next !== undefined) {
      const left = isDue && hasStayed ? next.until - clock.now() : next.withinMs;
      this.#try(next, Math.max(0, Math.min(left, next.withinMs)));
      return;
    }
    const isBack = this.#stage === 'going-back' && policy.origin === 'last-good';
    this.#enter(undefined, 'none');
    if (isBack) this.#settling = policy;
    else this.#store(undefined);
  }

  restarted(): void {
    if (this.#current !== undefined && this.#stage === 'trying') this.#try(this.#current, this.#current.withinMs);
  }

  confirm(): boolean {
    if (this.#stage !== 'trying' && this.#stage !== 'waiting') return false;
    this.#end();
    return true;
  }

  refused({ origin }: CheckedPolicy): void {
    this.#before = undefined;
    if (this.#stage === 'going-back' && origin === 'last-good') this.#end();
    else this.#store(this.#current);
  }

  saved(policy: CheckedPolicy): void {
    if (policy === this.#settling) this.#store(undefined);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #try(trial: OnTrial, delayMs: number): void {
    const until = this.#options.clock.now() + delayMs;
    this.#enter({ ...trial, until }, 'trying');
    this.#store(this.#current);
    const message = `the policy is on trial until ${toTimestamp(until)}: the one before it is put back if a session that was up is down then; \`bellbird confirm\` keeps it`;
    this.#show({ subject: 'policy', code: 'policy-on-trial', message });
    this.#judgeIn(delayMs);
  }

  #end(): void {
    this.#enter(undefined, 'none');
    this.#store(undefined);
  }

  #enter(trial: OnTrial | undefined, stage: Stage): void {
    this.#timer?.cancel();
    this.#show(undefined);
    const before = this.#current?.previous;
    this.#current = trial;
    this.#stage = stage;
    if (trial?.previous !== before) this.#options.spare(trial?.previous);
  }

  #store(trial: OnTrial | undefined): void {
    this.#settling = undefined;
    const why = this.#options.file.write(trial && toSaved(trial));
    this.#unsaved = why === undefined ? undefined : notSaved(trial !== undefined, why);
    this.#show(this.#problem);
  }

  #show(problem: FoundProblem | undefined): void {
    this.#problem = problem;
    this.#options.report([this.#problem, this.#unsaved].filter((each) => each !== undefined));
  }

  #judgeIn(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => void this.#judge());
  }

  async #judge(): Promise<void> {
    const { established, isBusy, peers } = this.#options;
    const trial = this.#current;
    if (trial === undefined) return;
    const up = isBusy() ? undefined : await established();
    if (trial !== this.#current) return;
    // Sessions may be about to restart; what is known of them may be old by now.
    if (isBusy()) return this.#try(trial, trial.withinMs);
    if (up === undefined) return this.#judgeIn(RETRY_MS);
    const lost = peers().filter((peer) => trial.up.has(peer) && !up.has(peer));
    if (lost.length === 0) return this.#end();
    const names = lost.map((peer) => `\`${peer}\``).join(', ');
    this.#goBack(trial, `the session${lost.length === 1 ? '' : 's'} with ${names} did not come back`);
  }

  #goBack(trial: OnTrial, reason: string): void {
    const prefix = this.#options.forbidden(trial.previous);
    if (prefix === undefined) {
      this.#enter({ ...trial, reason }, 'going-back');
      this.#store(this.#current);
      this.#options.putBack(trial.previous, reason);
      return;
    }
    this.#end();
    const message = `${reason}; the policy before is not put back, because it would announce ${prefix}, which this one excludes`;
    this.#show({ subject: 'policy', code: 'policy-not-put-back', message });
  }
}

/** What a policy is judged by that is in effect now; undefined: it needs no trial. */
function toTrial(
  { policy, loaded, origin }: CheckedPolicy,
  before: Pick<Before, 'previous' | 'up'> | undefined,
  now: number,
): OnTrial | undefined {
  const withinMs = policy.guard?.confirm?.withinMs;
  const { previous, up } = before ?? {};
  // What is gone back to, by hand or not, needs no trial.
  if (withinMs === undefined || origin === 'last-good' || previous === undefined) return undefined;
  if (up === undefined || up.size === 0 || sameText(previous.loaded.text, loaded.text)) return undefined;
  return { policy: hashPolicy(loaded.text), previous, up, withinMs, until: now + withinMs };
}

function toSaved({ previous, up, ...trial }: OnTrial): SavedTrial {
  return { ...trial, previous: previous.loaded.text, up: [...up] };
}

function notSaved(isOnTrial: boolean, why: string): FoundProblem {
  const what = isOnTrial
    ? 'the trial of the policy could not be written down, so that it would end with the agent'
    : 'the end of the trial of the policy could not be written down, so that a restart of the agent would go on with it';
  return { subject: 'file', code: 'state-not-saved', message: `${what}: ${why}` };
}
