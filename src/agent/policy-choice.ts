// Which policy the agent carries out: the one in effect, a candidate that checks and that BIRD has not taken yet, or the one
// before, where the one in effect cost a session. A candidate waits until all that it needs of the cluster is known, and
// while the cluster is known from a file only, which is complete for the policy beside it and no other.

import type { Snapshot } from '../engine/index.ts';
import { secretsOf } from '../kube/index.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentReports } from './agent-reports.ts';
import { sameText } from './last-good.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import { awaitsSecret } from './secrets.ts';

/** What the choice depends on. */
export interface PolicyChoiceOptions extends Pick<AgentOptions, 'keeper' | 'recallGood' | 'secrets' | 'source'> {
  readonly reports: Pick<AgentReports, 'clusterRecalled' | 'policyRefused' | 'policyWaits'>;
  /** Whether BIRD runs sessions of which nobody knows the settings, so that none can be kept. */
  readonly isStrange: () => boolean;
}

/** Chooses the policy to carry out. */
export class PolicyChoice {
  readonly #options: PolicyChoiceOptions;
  #candidate: CheckedPolicy | undefined;
  /** The one before that takes over again, unless a candidate does. */
  #back: CheckedPolicy | undefined;
  /** What may be gone back to. */
  #spare: CheckedPolicy | undefined;
  /** The candidate as soon as the cluster is complete. */
  #postponed: CheckedPolicy | undefined;
  #recalledFrom: number | undefined;

  constructor(options: PolicyChoiceOptions) {
    this.#options = options;
  }

  /** A policy that checks and that BIRD has not taken yet. */
  get candidate(): CheckedPolicy | undefined {
    return this.#candidate;
  }

  /** That one is as good as on its way to BIRD: it waits for nothing. */
  get isComing(): boolean {
    return this.#candidate !== undefined && this.#isReady(this.#candidate);
  }

  /** The policy that the cluster is evaluated for, whether or not it can be carried out yet. */
  get newest(): CheckedPolicy | undefined {
    return this.#candidate ?? this.#back ?? this.#options.keeper.inEffect();
  }

  /** When the picture of the cluster was saved, until the cluster itself is complete. */
  get recalledFrom(): number | undefined {
    return this.#recalledFrom;
  }

  /** The policy to carry out: the newest of which all that it needs of the cluster is known. */
  choose(): CheckedPolicy | undefined {
    const { keeper, reports } = this.#options;
    const next = [this.#candidate, this.#back].filter((policy) => policy !== undefined);
    const ready = next.find((policy) => this.#isReady(policy));
    reports.policyWaits(ready !== next[0]);
    return ready ?? keeper.inEffect();
  }

  /** Begins with a policy from the files, or with the one that was last applied because the files do not check. */
  start(first: CheckedPolicy): void {
    this.#candidate = first;
    const { refused } = this.#options.keeper.status();
    if (first.origin === 'last-good' && refused !== undefined) this.reportRefused(refused.reason);
    this.#want();
  }

  /** The policy to try next; undefined: none, since the files do not check. */
  propose(candidate: CheckedPolicy | undefined): void {
    if (this.#recalledFrom === undefined) this.#candidate = candidate;
    else this.#postponed = candidate;
    this.#want();
  }

  /** BIRD has a policy that is new, or has nothing to take of it. */
  accept(policy: CheckedPolicy): 'back' | 'new' {
    const kind = policy === this.#back ? 'back' : 'new';
    // The files may have changed while BIRD was at it.
    if (policy === this.#candidate) this.#candidate = undefined;
    this.#back = undefined;
    this.#options.keeper.accept(policy);
    this.#want();
    return kind;
  }

  /** BIRD does not take a policy that is new: the one in effect goes on, else the one that was last applied. */
  refuse(policy: CheckedPolicy, reason: string): void {
    const { keeper } = this.#options;
    const isBack = policy === this.#back;
    const isOld = policy !== this.#candidate && !isBack;
    if (isBack) this.#back = undefined;
    // Files that were read since then have the last word, whether they check or not.
    if (policy !== this.#candidate && this.#candidate !== undefined) return;
    if (isOld && keeper.inEffect() !== undefined) return;
    keeper.refuse(reason);
    const isFirst = keeper.inEffect() === undefined && (isBack || policy.origin === 'disk');
    this.#candidate = isFirst ? keeper.recall() : undefined;
    this.reportRefused(reason);
  }

  /** Keeps all known of the cluster that this policy needs, since it may be put back; undefined: no policy. */
  spare(previous: CheckedPolicy | undefined): void {
    this.#spare = previous;
    this.#want();
  }

  /** The policy before takes over again; the files stay as they are, and are read again when they change. */
  putBack(previous: CheckedPolicy, reason: string): void {
    this.#back = { ...previous, origin: 'last-good' };
    this.#options.keeper.refuse(reason);
    this.#options.reports.policyRefused(reason, 'the policy before them');
    this.#want();
  }

  /** The cluster cannot be read: the one of an earlier life with the policy that was applied to it, if there is any. */
  recall(): Snapshot | undefined {
    const { keeper, recallGood, reports } = this.#options;
    const good = recallGood();
    if (good === undefined || (this.#candidate ?? this.#back) === undefined) return undefined;
    // What is put back is known to be covered: it was kept so while the other was on trial.
    if (this.#candidate !== undefined && !sameText(good.policy, this.#candidate.loaded.text)) {
      const recalled = keeper.recall();
      if (recalled === undefined) return undefined;
      this.#postponed = this.#candidate;
      this.#candidate = recalled;
    }
    this.#recalledFrom = good.savedAt;
    reports.clusterRecalled(good.savedAt);
    return good.cluster.snapshot;
  }

  /** The cluster itself has the word again. */
  leaveRecalled(): void {
    this.#recalledFrom = undefined;
    this.#options.reports.clusterRecalled(undefined);
    if (this.#postponed !== undefined) this.#candidate = this.#postponed;
    this.#postponed = undefined;
  }

  /** Says that the files are not taken, and which policy goes on. */
  reportRefused(reason: string): void {
    this.#options.reports.policyRefused(reason, this.#whatStays());
  }

  #isReady(policy: CheckedPolicy): boolean {
    return this.#recalledFrom !== undefined || this.#isCovered(policy);
  }

  #isCovered({ policy }: CheckedPolicy): boolean {
    const { isStrange, keeper, secrets, source } = this.#options;
    if (source.covers?.(policy) === false) return false;
    if (secrets === undefined || !awaitsSecret(policy, secrets)) return true;
    return keeper.inEffect() === undefined && !isStrange();
  }

  #whatStays(): string {
    if (this.#back !== undefined) return 'the policy before them';
    return this.#candidate?.origin === 'last-good' ? 'the policy that was last applied' : 'the policy in effect';
  }

  /** Tells the source what the policies at hand need. */
  #want(): void {
    const { keeper, secrets, source } = this.#options;
    const all = [this.#postponed, this.#candidate, this.#back, this.#spare, keeper.inEffect()];
    const policies = all.flatMap((each) => each?.policy ?? []);
    source.want?.([...new Set(policies)]);
    secrets?.want(secretsOf(policies));
  }
}
