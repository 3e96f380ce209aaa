// The loop: policy and cluster in, one desired state for this node out, handed to BIRD. Everything it touches is given
// to it, so that tests run it with fakes. Invariants: nothing is applied before the cluster is complete; a policy is in
// effect only after BIRD took it; what fails leaves everything as it was and is retried or reported, never both lost.

import type { ApplyResult } from '../bgp/index.ts';
import type { Timer } from '../clock.ts';
import { assertNever } from '../dsl/assert-never.ts';
import type { Change, NodeFacts, Snapshot } from '../engine/index.ts';
import { createPacer } from '../pacer.ts';
import type { AgentOptions } from './agent-options.ts';
import { type AgentReports, createAgentReports, renderConfigErrors } from './agent-reports.ts';
import type { Agent, AgentView, Confirmed } from './agent-view.ts';
import { toBirdRefusal } from './bird-refusal.ts';
import { ClusterPicture } from './cluster-picture.ts';
import { GoodSaver } from './good-saver.ts';
import { createHistory, type History } from './history.ts';
import { createHolds, type Holds, type HoldView, NO_HOLDS } from './holds.ts';
import { KnownBird } from './known-bird.ts';
import { type ChangeTimer, createChangeTimer } from './metrics/change-timer.ts';
import { type Meters, noMeters } from './metrics/meters.ts';
import { type NodePlan, needsFacts, planNode } from './plan-node.ts';
import { PolicyChoice } from './policy-choice.ts';
import type { CheckedPolicy } from './policy-keeper.ts';
import { type Beginning, createPolicyTrial, type GoingBack, type PolicyTrial } from './policy-trial.ts';
import { createProblems, type Problems } from './problems.ts';
import type { Sessions } from './session-restarts.ts';
import { SessionStaging } from './session-staging.ts';

/** Bursts of changes are applied at once on their first change, and then this often. */
const INTERVAL_MS = 20;
/** BIRD is asked again this long after it refused or could not be reached. */
const RETRY_MS = 5_000;
/** How long a cluster that cannot be read is waited for before what was last applied is gone back to. */
export const RECALL_MS = 2_000;

/** Creates an agent that does nothing before `start`. */
export function createAgent(options: AgentOptions): Agent {
  return new AgentLoop(options);
}

class AgentLoop implements Agent {
  readonly #options: AgentOptions;
  readonly #problems: Problems;
  readonly #reports: AgentReports;
  readonly #pacer: ReturnType<typeof createPacer>;
  readonly #meters: Meters;
  readonly #changes: ChangeTimer;
  readonly #holds: Holds;
  readonly #saver: GoodSaver;
  readonly #staging: SessionStaging;
  readonly #known: KnownBird;
  readonly #trial: PolicyTrial;
  readonly #history: History;
  readonly #choice: PolicyChoice;
  readonly #picture: ClusterPicture;
  #held: HoldView = NO_HOLDS;
  #plan: NodePlan | undefined;
  /** BIRD is being given a policy that is not in effect yet. */
  #isNewComing = false;
  #lastChangeAt: number | undefined;
  #recall: Timer | undefined;
  #retrying: Timer | undefined;
  #hasRun = false;
  /** BIRD ran already when the first state was carried out. */
  #hasAdopted = false;
  #isStopped = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#problems = createProblems(options.clock, options.log);
    this.#meters = options.meters ?? noMeters;
    this.#changes = createChangeTimer(options.clock, this.#meters);
    this.#reports = createAgentReports(this.#problems, options.log, this.#meters);
    this.#pacer = createPacer(options.clock, INTERVAL_MS, () => this.#reconcile());
    this.#choice = new PolicyChoice({
      ...options,
      reports: this.#reports,
      isStrange: () => this.#known.isStrange(this.#picture.snapshot),
    });
    this.#picture = new ClusterPicture(options.node);
    this.#history = createHistory(() => options.clock.now());
    this.#holds = createHolds(options, () => this.#request('a wait is over'));
    this.#known = new KnownBird({
      ...options,
      onHeld: (held) => this.#holds.restore(held),
      onKept: (kept) => this.#staging.restore(kept),
    });
    this.#trial = createPolicyTrial({
      clock: options.clock,
      file: options.trialFile ?? { read: () => undefined, write: () => undefined },
      established: () => this.#known.established(this.#known.peers(this.#picture.snapshot)),
      peers: () => this.#known.peers(this.#picture.snapshot),
      isBusy: () => this.#staging.isWaiting || this.#isNewComing || this.#choice.isComing,
      forbidden: (previous) => this.#picture.excluded(previous, options.keeper.inEffect()),
      spare: (previous) => this.#choice.spare(previous),
      putBack: (previous, reason) => this.#putBack({ previous, reason }),
      report: (found) => this.#problems.set('trial', found),
      lost: (why) => this.#reports.trialLost(why),
    });
    this.#staging = new SessionStaging({
      ...options,
      known: this.#known,
      reports: this.#reports,
      previous: () => this.#previous()?.loaded.text,
      onTurn: () => this.#request('the turn of the next session'),
    });
    this.#saver = new GoodSaver({
      ...options,
      reports: this.#reports,
      snapshot: () => (this.#choice.recalledFrom === undefined ? this.#picture.snapshot : undefined),
      kept: () => this.#staging.kept(),
      isWaiting: () => this.#staging.isWaiting,
      onSaved: (policy) => this.#trial.saved(policy),
    });
  }

  start(first: CheckedPolicy): void {
    const back = this.#trial.restore(first);
    if (back === undefined) this.#choice.start(first);
    else this.#putBack(back);
    this.#recall = this.#options.clock.after(RECALL_MS, () => this.#goBack());
    const { drain } = this.#options;
    if (drain !== undefined) drain.onChange = () => this.#request('a drain');
    this.#options.secrets?.start(() => this.#request('a Secret'));
    this.#options.source.start({
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onChanges: (changes) => this.#onChanges(changes),
      onProblem: (problem) => this.#reports.clusterProblem(problem, true),
      onProblemOver: (problem) => this.#reports.clusterProblem(problem, false),
    });
  }

  reload(resync: boolean): void {
    const { keeper, log } = this.#options;
    const reading = keeper.read();
    if (reading.kind === 'unchanged') {
      if (resync) this.#pacer.request();
      return;
    }
    if (reading.kind === 'refused') {
      this.#choice.propose(undefined);
      this.#choice.reportRefused(reading.reason);
      // A policy that is put back, or the one in effect, has the last word.
      this.#pacer.request();
      return;
    }
    log.info({ event: 'policy-read', files: reading.candidate.policy.files }, 'the policy files changed and check');
    this.#choice.propose(reading.candidate);
    this.#changes.changed();
    this.#request('the policy files');
  }

  async confirm(): Promise<Confirmed> {
    const policy = this.#trial.confirm();
    const released = this.#holds.confirm();
    if (released.length === 0) return { released, policy };
    this.#options.log.info({ event: 'confirmed', routes: released.length }, `confirmed: ${released.join(', ')}`);
    this.#request('bellbird confirm');
    await this.#pacer.idle();
    return { released, policy };
  }

  idle(): Promise<void> {
    return this.#pacer.idle();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#pacer.stop();
    this.#holds.stop();
    this.#staging.stop();
    this.#trial.stop();
    this.#options.drain?.stop();
    this.#recall?.cancel();
    await this.#options.source.stop();
    await this.#options.secrets?.stop();
    await this.#pacer.idle();
    await this.#saver.finish();
  }

  view(): AgentView {
    const policy = this.#options.keeper.inEffect();
    return {
      engine: policy && this.#picture.knownEngine(policy),
      plan: this.#plan,
      applied: this.#known.applied,
      ...this.#held,
      lastChangeAt: this.#lastChangeAt,
      recalledFrom: this.#choice.recalledFrom,
      savedAt: this.#saver.savedAt ?? this.#choice.recalledFrom,
      problems: this.#problems,
      history: this.#history.list(),
    };
  }

  #request(cause: string): void {
    this.#history.because(cause);
    this.#pacer.request();
  }

  /** The cluster cannot be read: goes on from what was last applied in this boot, if there is anything. */
  #goBack(): void {
    const snapshot = this.#picture.snapshot === undefined && !this.#isStopped ? this.#choice.recall() : undefined;
    if (snapshot === undefined) return;
    this.#picture.replace(snapshot);
    this.#pacer.request();
  }

  #onSnapshot(snapshot: Snapshot): void {
    const isRecalled = this.#choice.recalledFrom !== undefined;
    if (this.#picture.snapshot === undefined || isRecalled) this.#reports.clusterComplete(snapshot);
    this.#recall?.cancel();
    if (isRecalled) this.#choice.leaveRecalled();
    this.#lastChangeAt = this.#options.clock.now();
    this.#picture.replace(snapshot);
    this.#changes.changed();
    this.#request('the cluster was read');
  }

  #onChanges(changes: readonly Change[]): void {
    this.#lastChangeAt = this.#options.clock.now();
    this.#picture.apply(changes, this.#choice.newest);
    this.#changes.changed();
    this.#history.becauseOf(changes);
    this.#pacer.request();
  }

  /** Carries out what policy and cluster ask for now. Never rejects. */
  async #reconcile(): Promise<void> {
    if (this.#picture.snapshot === undefined || this.#isStopped) return;
    const policy = this.#choice.choose();
    if (policy === undefined) return;
    this.#changes.begin();
    this.#history.begin();
    try {
      const engine = this.#picture.engineFor(policy, this.#picture.snapshot);
      const plan = planNode(policy.policy, engine, this.#options.node, this.#known.applied, this.#facts(policy));
      this.#isNewComing = policy !== this.#options.keeper.inEffect();
      if (!this.#isNewComing) this.#show(plan);
      await this.#carryOut(policy, plan);
    } catch (error) {
      // A fault of ours must not end an agent that holds routes.
      this.#reports.fault(error);
      this.#retry();
    } finally {
      this.#isNewComing = false;
    }
  }

  #facts({ policy }: CheckedPolicy): NodeFacts {
    return needsFacts(policy) ? this.#options.readFacts() : { gateways: [] };
  }

  async #carryOut(policy: CheckedPolicy, plan: NodePlan): Promise<void> {
    const { bird } = this.#options;
    // A node that the cluster does not know has nothing to say to peers it never spoke to.
    const isPointless = !plan.isKnown && bird.state() === 'absent';
    if (plan.desired === undefined || isPointless) {
      this.#accept(policy, plan, false);
      return;
    }
    const before = policy.policy.guard === undefined ? this.#known.applied : await this.#known.routesBefore();
    if (this.#choice.recalledFrom !== undefined) {
      const isNewer = await this.#known.isNewer(this.#holds.withHeld(plan.desired));
      this.#reports.routesNewer(isNewer);
      if (isNewer) return this.#accept(policy, plan, false);
    }
    // Only before the first start: later ones are restarts, and looking at the port would get in their way.
    if (!this.#hasRun && bird.state() === 'absent') {
      const refusal = await this.#options.checkStart(plan.desired);
      if (refusal !== undefined) return this.#options.onFatal(refusal);
    }
    if (!this.#hasRun) this.#hasAdopted = bird.state() === 'running';
    this.#hasRun = true;
    const wanted = plan.desired;
    const announced = () => this.#known.announced();
    const held = await this.#holds.hold({ policy: policy.policy, plan, wanted, announced, before });
    this.#reports.holds(held);
    this.#reports.drained(this.#options.drain?.view());
    const { replace, sessions } = await this.#staging.stage(held.desired, this.#picture.snapshot);
    const checkFirst = this.#isNewComing;
    if (checkFirst) await this.#trial.prepare(policy, this.#previous());
    const startedAt = this.#options.clock.elapsed();
    const result = await bird.apply(sessions.desired, { secrets: sessions.passwords, checkFirst, replace });
    this.#measure(result, startedAt);
    if (result.kind === 'applied') {
      held.done();
      this.#held = held;
      this.#saver.holds(held.held);
    }
    this.#onResult(policy, plan, sessions, result);
  }

  #measure(result: ApplyResult, startedAt: number): void {
    const isChanged = result.kind === 'applied' && result.changed;
    const outcome = result.kind === 'applied' ? (isChanged ? 'changed' : 'unchanged') : result.kind;
    this.#meters.configured(outcome, (this.#options.clock.elapsed() - startedAt) / 1_000);
    if (result.kind === 'applied') this.#changes.applied(isChanged);
  }

  #onResult(policy: CheckedPolicy, plan: NodePlan, sessions: Sessions, result: ApplyResult): void {
    switch (result.kind) {
      case 'applied':
        this.#reports.applied(this.#known.applied, sessions.desired, result.changed);
        if (result.changed) this.#options.onRoutes?.(this.#known.applied, sessions.desired, plan.decisions);
        if (!result.changed) this.#history.unchanged();
        else this.#history.applied(this.#known.applied, sessions.desired, this.#staging.restarted);
        this.#known.took(sessions);
        this.#staging.taken(result.changed);
        this.#options.onApplied?.(sessions.desired);
        this.#accept(policy, plan, true);
        break;
      case 'refused':
        this.#onRefused(policy, renderConfigErrors(result.errors));
        break;
      case 'failed':
        this.#onFailed(result.code, result.message);
        break;
      default:
        assertNever(result);
    }
  }

  #accept(policy: CheckedPolicy, plan: NodePlan, wasApplied: boolean): void {
    this.#show(plan);
    const { keeper } = this.#options;
    if (policy === keeper.inEffect()) {
      if (wasApplied && this.#trial.isDue()) this.#trial.begin(policy, this.#beginning(policy));
      else if (wasApplied && this.#staging.hasRestarted) this.#trial.restarted();
      if (wasApplied) this.#saver.taken();
      return;
    }
    // The files may have changed since BIRD was given this one: what BIRD has is in effect all the same, until the next is.
    // First the trial, so that what is needed to go back is not let go.
    if (wasApplied) this.#trial.begin(policy, this.#beginning(policy));
    const isBack = this.#choice.accept(policy) === 'back';
    this.#picture.keepOnly(policy);
    if (policy.origin === 'disk' && keeper.status().refused === undefined) this.#reports.policyAccepted();
    // What was put back is nothing to be tried by the next life of the agent.
    if (wasApplied && (policy.origin === 'disk' || isBack)) this.#saver.now();
    this.#reports.policyInEffect(policy.policy.files);
  }

  #beginning(policy: CheckedPolicy): Beginning {
    const { candidate } = this.#choice;
    const isPassing = candidate !== undefined && candidate !== policy;
    return { isPassing, hasStayed: this.#hasAdopted && !this.#staging.hasRestarted };
  }

  /** The policy that BIRD has before a new one. */
  #previous(): CheckedPolicy | undefined {
    const { keeper } = this.#options;
    return keeper.inEffect() ?? (this.#hasAdopted ? keeper.recall() : undefined);
  }

  #putBack({ previous, reason }: GoingBack): void {
    this.#choice.putBack(previous, reason);
    this.#request(`the policy before, because ${reason}`);
  }

  #show(plan: NodePlan): void {
    this.#plan = plan;
    this.#reports.planned(plan);
  }

  /** BIRD goes on with what it had; so does the policy, if it was a new one that BIRD does not take. */
  #onRefused(policy: CheckedPolicy, reason: string): void {
    if (!this.#isNewComing) {
      this.#reports.configurationRefused(reason);
      this.#retry();
      return;
    }
    this.#trial.refused(policy);
    this.#picture.forget(policy);
    const refused = `BIRD refuses its configuration: ${reason}`;
    this.#choice.refuse(policy, refused);
    if (this.#choice.candidate === undefined && this.#options.bird.state() === 'absent') {
      this.#options.onFatal(toBirdRefusal({ code: 'bird-failed', message: refused }));
      return;
    }
    this.#pacer.request();
  }

  /** Before anything was ever applied, the process ends with the reason: nobody would see it in a log. */
  #onFailed(code: string, message: string): void {
    if (this.#isStopped) return;
    if (this.#known.applied === undefined && this.#options.bird.state() === 'absent') {
      this.#options.onFatal(toBirdRefusal({ code, message }));
      return;
    }
    this.#reports.failed(code, message);
    this.#retry();
  }

  /** Once, however often it failed meanwhile. */
  #retry(): void {
    this.#retrying?.cancel();
    this.#retrying = this.#options.clock.after(RETRY_MS, () => this.#pacer.request());
  }
}
