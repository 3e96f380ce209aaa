// The loop: policy and cluster in, one desired state for this node out, handed to BIRD. Everything it touches is given
// to it, so that tests run it with fakes. Invariants: nothing is applied before the cluster is complete; a policy is in
// effect only after BIRD took it; what fails leaves everything as it was and is retried or reported, never both lost.

import { type ApplyResult, type Bird, peersLeftOut, type RestartedSession } from '../bgp/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { assertNever } from '../dsl/assert-never.ts';
import {
  type Change,
  createEngine,
  type DesiredState,
  type Engine,
  type NodeFacts,
  type Snapshot,
} from '../engine/index.ts';
import { type SecretSource, secretsOf } from '../kube/index.ts';
import { createPacer } from '../pacer.ts';
import { type AgentReports, createAgentReports, renderConfigErrors } from './agent-reports.ts';
import { toBirdRefusal } from './bird-refusal.ts';
import type { ClusterSource } from './cluster-source.ts';
import type { Drain } from './drain.ts';
import { excludedPrefix } from './excluded-prefix.ts';
import { createHistory, type History, type HistoryEntry } from './history.ts';
import { createHolds, type HeldState, type Holds, type HoldView, NO_HOLDS } from './holds.ts';
import { KnownBird } from './known-bird.ts';
import { type LastGood, type PolicyText, sameText } from './last-good.ts';
import type { Log } from './log.ts';
import { type ChangeTimer, createChangeTimer } from './metrics/change-timer.ts';
import { type Meters, noMeters } from './metrics/meters.ts';
import { type NodePlan, planNode } from './plan-node.ts';
import type { CheckedPolicy, PolicyKeeper } from './policy-keeper.ts';
import { createPolicyTrial, type PolicyTrial } from './policy-trial.ts';
import { createProblems, type Problems } from './problems.ts';
import type { Refusal } from './refusal.ts';
import type { HeldRoute } from './route-guard.ts';
import { createSaver, type Saver } from './saver.ts';
import { awaitsSecret, type Secrets } from './secrets.ts';
import type { ServiceEvents } from './service-events.ts';
import { createSessionRestarts, restartedSessions, type SessionRestarts, type Sessions } from './session-restarts.ts';
import type { AskUrl } from './wait-gate.ts';

/** What an agent works with. */
export interface AgentOptions {
  readonly node: string;
  readonly keeper: PolicyKeeper;
  readonly source: ClusterSource;
  readonly bird: Pick<Bird, 'apply' | 'observe' | 'passwords' | 'routes' | 'state'>;
  /** Follows the Secrets that policies name; absent where none can be had. */
  readonly secrets?: Pick<SecretSource, 'read' | 'start' | 'stop' | 'want'>;
  /** The passwords of these sessions; `kept` are those that they have. */
  readonly readSecrets: (desired: DesiredState, kept: Secrets['passwords']) => Secrets;
  /** What this machine tells of itself. */
  readonly readFacts: () => NodeFacts;
  /** Asks a URL that the policy waits for. */
  readonly askUrl: AskUrl;
  /** Looks whether a BIRD that is not running yet could be started for this state. */
  readonly checkStart: (desired: DesiredState) => Promise<Refusal | undefined>;
  /** Keeps what was just applied for the next start; resolves with why it cannot. Never rejects. */
  readonly saveGood: (
    policy: PolicyText,
    snapshot: Snapshot,
    held: readonly HeldRoute[],
  ) => Promise<string | undefined>;
  /** What an earlier life of this node's agent applied to this cluster, if that was in the same boot. */
  readonly recallGood: () => LastGood | undefined;
  /** Called with each state that BIRD has taken. */
  readonly onApplied?: (desired: DesiredState) => void;
  /** Called at most once, when the agent cannot do its work at all and its process should end. */
  readonly onFatal: (refusal: Refusal) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the node is drained; absent: never. */
  readonly drain?: Drain;
  /** Absent: nobody wants to know what the loop counts. */
  readonly meters?: Meters;
  /** Told whenever BIRD has other routes than before. */
  readonly onRoutes?: ServiceEvents['applied'];
}

/** A running agent. */
export interface Agent {
  /** Starts watching the cluster, with the policy that the keeper has or recalls. */
  start(first: CheckedPolicy): void;
  /** Reads the policy files again. If they are as they were, `resync` still compares everything once more. */
  reload(resync: boolean): void;
  /** Keeps a policy that is on trial, and lets go what `guard` holds; resolves once that is withdrawn. */
  confirm(): Promise<Confirmed>;
  /** Resolves when everything known so far has been carried out. */
  idle(): Promise<void>;
  /** Ends the loop and leaves BIRD as it is. */
  stop(): Promise<void>;
  view(): AgentView;
}

/** What a confirmation did. */
export interface Confirmed {
  /** Prefixes that were held. */
  readonly released: readonly string[];
  /** A policy was on trial, and is kept. */
  readonly policy: boolean;
}

/** What an agent knows at one moment. */
export interface AgentView extends HoldView {
  /** Absent until the cluster is complete. */
  readonly engine: Engine | undefined;
  readonly plan: NodePlan | undefined;
  /** What BIRD was last told. */
  readonly applied: DesiredState | undefined;
  readonly lastChangeAt: number | undefined;
  /** When the picture of the cluster was saved, while it is that of an earlier life. */
  readonly recalledFrom: number | undefined;
  /** When policy and cluster were last saved for the next start. */
  readonly savedAt: number | undefined;
  readonly problems: Problems;
  /** The last changes, the latest first. */
  readonly history: readonly HistoryEntry[];
}

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
  readonly #saver: Saver;
  readonly #turns: SessionRestarts;
  readonly #known: KnownBird;
  readonly #trial: PolicyTrial;
  readonly #history: History;
  #held = NO_HOLDS;
  /** Sessions that go down with the state that is being handed over. */
  #restarted: readonly RestartedSession[] = [];
  /** A policy that checks and that BIRD has not taken yet. */
  #candidate: CheckedPolicy | undefined;
  #snapshot: Snapshot | undefined;
  /** One engine per policy that is in effect or a candidate. */
  readonly #engines = new Map<CheckedPolicy, Engine>();
  #plan: NodePlan | undefined;
  /** Some session still has its old settings, so that BIRD is not yet as the policy says. */
  #isStaged = false;
  #lastChangeAt: number | undefined;
  /** When the snapshot in use was saved, until the cluster itself is complete. */
  #recalledFrom: number | undefined;
  /** The policy that takes over from a recalled one as soon as the cluster is complete. */
  #postponed: CheckedPolicy | undefined;
  #savedAt: number | undefined;
  /** What was applied last is not to wait until it is saved. */
  #saveSoon = false;
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
    this.#history = createHistory(() => options.clock.now());
    this.#holds = createHolds(options, () => this.#request('a wait is over'));
    this.#saver = createSaver(options.clock, () => this.#save());
    this.#known = new KnownBird({ ...options, onHeld: (held) => this.#holds.restore(held) });
    this.#trial = createPolicyTrial({
      clock: options.clock,
      established: () => this.#known.established(this.#peers()),
      peers: () => this.#peers(),
      isBusy: () => this.#isStaged || this.#candidate !== undefined,
      forbidden: (previous) => this.#forbidden(previous),
      putBack: (previous, reason) => this.#putBack(previous, reason),
      report: (found) => this.#problems.set('trial', found),
    });
    this.#turns = createSessionRestarts({
      clock: options.clock,
      observe: () => this.#known.sessions(),
      onTurn: () => this.#request('the turn of the next session'),
    });
  }

  start(first: CheckedPolicy): void {
    this.#candidate = first;
    const { refused } = this.#options.keeper.status();
    if (first.origin === 'last-good' && refused !== undefined) this.#reportRefused(refused.reason);
    this.#want();
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
      this.#propose(undefined);
      this.#reportRefused(reading.reason);
      // A policy before these files may be on its way to BIRD; the one in effect has the last word.
      this.#pacer.request();
      return;
    }
    log.info({ event: 'policy-read', files: reading.candidate.policy.files }, 'the policy files changed and check');
    this.#propose(reading.candidate);
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
    this.#turns.stop();
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
      engine: policy === undefined ? undefined : this.#engines.get(policy),
      plan: this.#plan,
      applied: this.#known.applied,
      ...this.#held,
      lastChangeAt: this.#lastChangeAt,
      recalledFrom: this.#recalledFrom,
      savedAt: this.#savedAt ?? this.#recalledFrom,
      problems: this.#problems,
      history: this.#history.list(),
    };
  }

  #request(cause: string): void {
    this.#history.because(cause);
    this.#pacer.request();
  }

  /** A policy to try next; not while the cluster is known from a file only, which is complete for the policy beside it. */
  #propose(candidate: CheckedPolicy | undefined): void {
    if (this.#recalledFrom === undefined) this.#candidate = candidate;
    else this.#postponed = candidate;
    this.#want();
  }

  /** Tells the source what the policies at hand need. */
  #want(): void {
    const { keeper, secrets, source } = this.#options;
    const policies = [this.#postponed, this.#candidate, keeper.inEffect()].flatMap((each) => each?.policy ?? []);
    source.want?.([...new Set(policies)]);
    secrets?.want(secretsOf(policies));
  }

  /** The cluster cannot be read: goes on from what was last applied in this boot, if there is anything. */
  #goBack(): void {
    const { keeper, recallGood } = this.#options;
    const good = this.#snapshot === undefined && !this.#isStopped ? recallGood() : undefined;
    if (good === undefined || this.#candidate === undefined) return;
    if (!sameText(good.policy, this.#candidate.loaded.text)) {
      const recalled = keeper.recall();
      if (recalled === undefined) return;
      this.#postponed = this.#candidate;
      this.#candidate = recalled;
    }
    this.#snapshot = good.cluster.snapshot;
    this.#recalledFrom = good.savedAt;
    this.#reports.clusterRecalled(good.savedAt);
    this.#pacer.request();
  }

  /** The cluster itself has the word again. */
  #leaveRecalled(): void {
    this.#recalledFrom = undefined;
    this.#reports.clusterRecalled(undefined);
    if (this.#postponed !== undefined) this.#candidate = this.#postponed;
    this.#postponed = undefined;
  }

  /** The policy to carry out: the candidate, once all that it needs of the cluster is known. */
  #choosePolicy(): CheckedPolicy | undefined {
    const { keeper, secrets, source } = this.#options;
    const candidate = this.#candidate;
    const isCovered = ({ policy }: CheckedPolicy) =>
      source.covers?.(policy) !== false &&
      (secrets === undefined || keeper.inEffect() === undefined || !awaitsSecret(policy, secrets));
    const waits = candidate !== undefined && this.#recalledFrom === undefined && !isCovered(candidate);
    this.#reports.policyWaits(waits);
    return waits ? keeper.inEffect() : (candidate ?? keeper.inEffect());
  }

  #onSnapshot(snapshot: Snapshot): void {
    if (this.#snapshot === undefined || this.#recalledFrom !== undefined) this.#reports.clusterComplete(snapshot);
    this.#recall?.cancel();
    if (this.#recalledFrom !== undefined) this.#leaveRecalled();
    this.#snapshot = snapshot;
    this.#lastChangeAt = this.#options.clock.now();
    for (const engine of this.#engines.values()) engine.replace(snapshot);
    this.#changes.changed();
    this.#request('the cluster was read');
  }

  #onChanges(changes: readonly Change[]): void {
    this.#lastChangeAt = this.#options.clock.now();
    // Engines keep the picture up to date, so there has to be one.
    const policy = this.#candidate ?? this.#options.keeper.inEffect();
    if (this.#engines.size === 0 && policy !== undefined && this.#snapshot !== undefined) {
      this.#engineFor(policy, this.#snapshot);
    }
    for (const engine of this.#engines.values()) {
      engine.apply(changes);
      this.#snapshot = engine.snapshot;
    }
    this.#changes.changed();
    this.#history.becauseOf(changes);
    this.#pacer.request();
  }

  /** Carries out what policy and cluster ask for now. Never rejects. */
  async #reconcile(): Promise<void> {
    if (this.#snapshot === undefined || this.#isStopped) return;
    const policy = this.#choosePolicy();
    if (policy === undefined) return;
    this.#changes.begin();
    this.#history.begin();
    try {
      const engine = this.#engineFor(policy, this.#snapshot);
      const plan = planNode(policy.policy, engine, this.#options.node, this.#known.applied, this.#factsFor(policy));
      if (policy !== this.#candidate) this.#show(plan);
      await this.#carryOut(policy, plan);
    } catch (error) {
      // A fault of ours must not end an agent that holds routes.
      this.#reports.fault(error);
      this.#retry();
    }
  }

  /** The machine is asked only where it matters: that takes longer than the engine. */
  #factsFor({ policy }: CheckedPolicy): NodeFacts {
    const { loopProtection = 'off' } = policy.speaker;
    const matter = loopProtection !== 'off' || policy.peers.some(({ address }) => address?.address.kind === 'gateway');
    return matter ? this.#options.readFacts() : { gateways: [] };
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
    if (this.#recalledFrom !== undefined && (await this.#isOutdated(this.#holds.withHeld(plan.desired)))) {
      this.#accept(policy, plan, false);
      return;
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
    const sessions = await this.#stage(held.desired);
    const checkFirst = policy === this.#candidate;
    if (checkFirst) await this.#trial.prepare(policy);
    const startedAt = this.#options.clock.elapsed();
    const result = await bird.apply(sessions.desired, { secrets: sessions.passwords, checkFirst });
    this.#measure(result, startedAt);
    if (result.kind === 'applied') this.#keepHolds(held);
    this.#onResult(policy, plan, sessions, result);
  }

  #keepHolds(held: HeldState): void {
    const before = this.#held.held;
    held.done();
    this.#held = held;
    // Another life of the agent has to know what is held as soon as it is.
    this.#saveSoon = held.held.size !== before.size || [...held.held.keys()].some((prefix) => !before.has(prefix));
  }

  #measure(result: ApplyResult, startedAt: number): void {
    const isChanged = result.kind === 'applied' && result.changed;
    const outcome = result.kind === 'applied' ? (isChanged ? 'changed' : 'unchanged') : result.kind;
    this.#meters.configured(outcome, (this.#options.clock.elapsed() - startedAt) / 1_000);
    if (result.kind === 'applied') this.#changes.applied(isChanged);
  }

  /** The state with its passwords, and with the old settings of sessions that wait for their turn to be restarted. */
  async #stage(desired: DesiredState): Promise<Sessions> {
    const secrets = this.#options.readSecrets(desired, this.#known.passwordsOf(desired));
    this.#reports.secrets(secrets, peersLeftOut(desired, secrets.passwords));
    const before = this.#known.sessionsBefore(this.#snapshot);
    const stage = await this.#turns.stage(before, { desired, passwords: secrets.passwords });
    this.#isStaged = stage.waiting.length > 0;
    this.#reports.turns(stage);
    this.#restarted = restartedSessions(before, stage.sessions);
    this.#reports.restarts(this.#restarted);
    return stage.sessions;
  }

  #onResult(policy: CheckedPolicy, plan: NodePlan, sessions: Sessions, result: ApplyResult): void {
    switch (result.kind) {
      case 'applied':
        this.#reports.applied(this.#known.applied, sessions.desired, result.changed);
        if (result.changed) this.#options.onRoutes?.(this.#known.applied, sessions.desired, plan.decisions);
        if (!result.changed) this.#history.unchanged();
        else this.#history.applied(this.#known.applied, sessions.desired, this.#restarted);
        this.#known.took(sessions);
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

  /** A BIRD that outlived the agent may know more than the file, which is written a moment after every change. */
  async #isOutdated({ routes }: DesiredState): Promise<boolean> {
    if (this.#options.bird.state() !== 'running' || this.#known.applied !== undefined) return false;
    const announced = await this.#known.announced();
    const isSame = announced?.size === routes.length && routes.every(({ prefix }) => announced.has(prefix));
    this.#reports.routesNewer(!isSame);
    return !isSame;
  }

  #engineFor(policy: CheckedPolicy, snapshot: Snapshot): Engine {
    const known = this.#engines.get(policy);
    if (known !== undefined) return known;
    const engine = createEngine(policy.policy, snapshot, { nodes: [this.#options.node] });
    this.#engines.set(policy, engine);
    return engine;
  }

  #accept(policy: CheckedPolicy, plan: NodePlan, wasApplied: boolean): void {
    this.#show(plan);
    const { keeper } = this.#options;
    if (wasApplied && policy === keeper.inEffect()) this.#saver[this.#saveSoon ? 'now' : 'later']();
    if (policy !== this.#candidate) return;
    this.#candidate = undefined;
    const previous = keeper.inEffect() ?? (this.#hasAdopted && wasApplied ? keeper.recall() : undefined);
    keeper.accept(policy);
    if (wasApplied) this.#trial.begin(policy, previous);
    this.#want();
    for (const known of this.#engines.keys()) if (known !== policy) this.#engines.delete(known);
    if (policy.origin === 'disk') {
      this.#reports.policyAccepted();
      if (wasApplied) this.#saver.now();
    }
    this.#reports.policyInEffect(policy.policy.files);
  }

  /** Names of the sessions that BIRD has. */
  #peers(): readonly string[] {
    const peers = (this.#known.applied ?? this.#known.sessionsBefore(this.#snapshot)?.desired)?.peers ?? [];
    return peers.map(({ name }) => name);
  }

  #forbidden(previous: CheckedPolicy): string | undefined {
    const current = this.#options.keeper.inEffect();
    if (current === undefined || this.#snapshot === undefined) return undefined;
    const { node } = this.#options;
    const before = createEngine(previous.policy, this.#snapshot, { nodes: [node] });
    return excludedPrefix(before, this.#engineFor(current, this.#snapshot), node);
  }

  /** The policy before takes over again; the files stay as they are, and are read again when they change. */
  #putBack(previous: CheckedPolicy, reason: string): void {
    if (this.#candidate !== undefined) return;
    this.#options.keeper.refuse(reason);
    this.#propose({ ...previous, origin: 'last-good' });
    this.#reports.policyRefused(reason, 'the policy before them');
    this.#saver.later();
    this.#request(`the policy before, because ${reason}`);
  }

  /** Not what came from the file itself. */
  async #save(): Promise<void> {
    // What is saved tells the next life what BIRD has.
    if (this.#isStaged) {
      if (!this.#isStopped) this.#saver.later();
      return;
    }
    const { keeper, saveGood } = this.#options;
    const policy = keeper.inEffect();
    if (policy === undefined || this.#snapshot === undefined || this.#recalledFrom !== undefined) return;
    const unsaved = await saveGood(policy.loaded.text, this.#snapshot, [...this.#held.held.values()]);
    if (unsaved === undefined) this.#savedAt = this.#options.clock.now();
    this.#reports.saved(unsaved);
  }

  #show(plan: NodePlan): void {
    this.#plan = plan;
    this.#reports.planned(plan);
  }

  /** BIRD goes on with what it had; so does the policy, if it was a new one that BIRD does not take. */
  #onRefused(policy: CheckedPolicy, reason: string): void {
    if (policy !== this.#candidate) {
      this.#reports.configurationRefused(reason);
      this.#retry();
      return;
    }
    const { bird, keeper, onFatal } = this.#options;
    // The last engine stays: it is what keeps the picture of the cluster up to date.
    if (this.#engines.size > 1) this.#engines.delete(policy);
    keeper.refuse(`BIRD refuses its configuration: ${reason}`);
    this.#candidate = keeper.inEffect() === undefined && policy.origin === 'disk' ? keeper.recall() : undefined;
    if (this.#candidate === undefined && bird.state() === 'absent') {
      onFatal(toBirdRefusal({ code: 'bird-failed', message: `BIRD refuses its configuration: ${reason}` }));
      return;
    }
    this.#reportRefused(`BIRD refuses its configuration: ${reason}`);
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

  #reportRefused(reason: string): void {
    const stays = this.#candidate?.origin === 'last-good' ? 'the policy that was last applied' : 'the policy in effect';
    this.#reports.policyRefused(reason, stays);
  }

  /** Once, however often it failed meanwhile. */
  #retry(): void {
    this.#retrying?.cancel();
    this.#retrying = this.#options.clock.after(RETRY_MS, () => this.#pacer.request());
  }
}
