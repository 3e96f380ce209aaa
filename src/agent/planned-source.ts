// A live cluster of which only that is read what the policies at hand need. When they need something else, a second source
// is started beside the first and takes its place once it is complete: until then nothing of what is known is lost, and
// its lists are not older than what was known.

import type { Policy } from '../dsl/index.ts';
import type { ListWatchStatus, LiveSource } from '../kube/api/index.ts';
import {
  coversPlan,
  mergePlans,
  planWatches,
  renderTarget,
  type SourceObserver,
  type SourceProblem,
  type WatchPlan,
} from '../kube/index.ts';
import type { ClusterSource } from './cluster-source.ts';
import type { Log } from './log.ts';
import type { LiveClusterStatus, WatchStatus } from './status.ts';

/** Opens a live source for a plan. */
export type OpenLiveSource = (request: {
  readonly plan: WatchPlan;
  /** Versions that were known before, by `renderTarget`. */
  readonly known: Readonly<Record<string, string>>;
  readonly onTrouble: (problem: SourceProblem) => void;
  readonly onRecovered: () => void;
}) => LiveSource;

/** What a planned source needs. */
export interface PlannedSourceOptions {
  readonly node: string;
  readonly open: OpenLiveSource;
  readonly log: Log;
}

/** Creates a source that reads nothing before it was told what is wanted and started. */
export function createPlannedSource(options: PlannedSourceOptions): Required<ClusterSource> {
  return new PlannedSource(options);
}

interface Opened {
  readonly plan: WatchPlan;
  readonly source: LiveSource;
  isComplete: boolean;
  /** What keeps the API from being read, as it was told. */
  readonly troubles: SourceProblem[];
}

class PlannedSource implements Required<ClusterSource> {
  readonly #options: PlannedSourceOptions;
  #observer: SourceObserver | undefined;
  /** The one whose objects the observer has, or will have first. */
  #current: Opened | undefined;
  /** The one that is to take its place. */
  #next: Opened | undefined;
  #plan: WatchPlan | undefined;
  readonly #ending = new Set<Promise<void>>();

  constructor(options: PlannedSourceOptions) {
    this.#options = options;
  }

  start(observer: SourceObserver): void {
    this.#observer = observer;
    if (this.#plan !== undefined) this.#follow(this.#plan);
  }

  want(policies: readonly Policy[]): void {
    const [first, ...rest] = policies.map((policy) => planWatches(policy, this.#options.node));
    if (first === undefined) return;
    this.#plan = mergePlans(first, ...rest);
    if (this.#observer !== undefined) this.#follow(this.#plan);
  }

  covers(policy: Policy): boolean {
    const current = this.#current;
    return current?.isComplete === true && coversPlan(current.plan, planWatches(policy, this.#options.node));
  }

  status(): LiveClusterStatus | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    const { server, lastContact, watches, unseen } = current.source.status();
    return {
      server,
      lastContactAt: lastContact,
      watches: watches.map(toWatchStatus),
      unseen,
    };
  }

  async stop(): Promise<void> {
    this.#observer = undefined;
    for (const opened of [this.#current, this.#next]) if (opened !== undefined) this.#end(opened);
    await Promise.all(this.#ending);
  }

  #follow(plan: WatchPlan): void {
    if (this.#next !== undefined && isSame(this.#next.plan, plan)) return;
    if (this.#next !== undefined) this.#end(this.#next);
    this.#next = undefined;
    const current = this.#current;
    if (current !== undefined && isSame(current.plan, plan)) return;
    const opened = this.#open(plan);
    if (current?.isComplete === true) this.#next = opened;
    else {
      if (current !== undefined) this.#end(current);
      this.#current = opened;
    }
    this.#logPlan(plan);
    opened.source.start({
      onSnapshot: (snapshot) => {
        opened.isComplete = true;
        if (this.#next === opened) this.#takeOver(opened);
        this.#observer?.onSnapshot(snapshot);
      },
      onChanges: (changes) => this.#observer?.onChanges(changes),
      onProblem: (problem) => this.#observer?.onProblem(problem),
      onProblemOver: (problem) => this.#observer?.onProblemOver?.(problem),
    });
  }

  #open(plan: WatchPlan): Opened {
    const troubles: SourceProblem[] = [];
    const source = this.#options.open({
      plan,
      known: this.#known(plan),
      onTrouble: (problem) => {
        troubles.push(problem);
        this.#observer?.onProblem(problem);
      },
      onRecovered: () => this.#forget(troubles),
    });
    return { plan, source, isComplete: false, troubles };
  }

  #takeOver(opened: Opened): void {
    if (this.#current !== undefined) this.#end(this.#current);
    this.#current = opened;
    this.#next = undefined;
  }

  #end({ source, troubles }: Opened): void {
    this.#forget(troubles);
    const ending = source.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #forget(troubles: SourceProblem[]): void {
    for (const problem of troubles.splice(0)) this.#observer?.onProblemOver?.(problem);
  }

  /** One version counts for all objects of a resource, whatever part of them a watch selects. */
  #known(plan: WatchPlan): Readonly<Record<string, string>> {
    const watches = this.#current?.source.status().watches ?? [];
    const entries = plan.targets.flatMap((target) => {
      const same = watches.find(({ target: { resource }, version }) => resource === target.resource && version);
      return same?.version === undefined ? [] : [[renderTarget(target), same.version] as const];
    });
    return Object.fromEntries(entries);
  }

  #logPlan({ targets, unseen }: WatchPlan): void {
    const watches = targets.map((target) => ({ what: renderTarget(target), why: target.why }));
    const text = `watching ${watches.map(({ what }) => what).join('; ')}`;
    this.#options.log.info({ event: 'watches', watches, unseen }, text);
  }
}

function isSame(a: WatchPlan, b: WatchPlan): boolean {
  return coversPlan(a, b) && coversPlan(b, a);
}

function toWatchStatus(watch: ListWatchStatus): WatchStatus {
  const { target, objects, trouble, counts } = watch;
  return {
    what: renderTarget(target),
    why: target.why,
    resource: target.resource,
    namespace: target.namespace,
    objects,
    isConnected: watch.connected,
    lastContactAt: watch.lastContact,
    lastEventAt: watch.lastEvent,
    lastBookmarkAt: watch.lastBookmark,
    trouble: trouble?.message,
    counts,
  };
}
