// Manifests on disk as a Source: a first complete snapshot, then every change to what the engine reads.
// A file that becomes unreadable keeps its last readable content. An emptied or vanished file or folder is read a
// second time before anything is withdrawn. Half of a file that happens to parse cannot be told from a whole one;
// so a file is read only when it has been quiet for a moment.

import { type Clock, systemClock, type Timer } from '../clock.ts';
import { diffSnapshots, type Snapshot } from '../engine/snapshot.ts';
import { listManifests, lookUpVersion } from './manifest-files.ts';
import { mergeManifests } from './merge-manifests.ts';
import type { Source, SourceObserver, SourceProblem } from './source.ts';
import { createTrackedFile, type TrackedFile } from './tracked-file.ts';
import { type PathWatch, type WatchPath, watchPath } from './watch-path.ts';

/**
 * How long a file must be quiet before it is read. An editor or a redirected command writes a file within a few
 * milliseconds; this is paid by every change, and small beside a human's or a deployment's pace.
 */
export const QUIET_MS = 20;

/** After how long an emptied or vanished file or folder is read again. */
export const CONFIRM_MS = 1_000;

/** How often everything is looked at, in case a notice was lost, as on network file systems. */
export const RESYNC_MS = 30_000;

/** How many files are looked at side by side. */
const BATCH = 32;

/** What a manifest source takes from outside. */
export interface ManifestSourceOptions {
  readonly clock?: Clock;
  readonly watch?: WatchPath;
}

/** A source that reads a file or a folder of manifests, and follows it. */
export function createManifestSource(path: string, options: ManifestSourceOptions = {}): Source {
  return new ManifestSource(path, options.clock ?? systemClock, options.watch ?? watchPath);
}

/** Stands among the paths to look at for the folder's own listing. */
const LISTING = '';

class ManifestSource implements Source {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #watch: WatchPath;
  readonly #files = new Map<string, TrackedFile>();
  /** Waits that are running, by what they wait for. */
  readonly #waits = new Map<string, Timer>();
  /** Paths to look at; `confirm` is set once the wait for a second read is over. */
  readonly #due = new Map<string, { readonly confirm: boolean }>();
  #observer: SourceObserver | undefined;
  #watcher: PathWatch | undefined;
  #running: Promise<void> | undefined;
  #listing: { readonly state: 'unknown' | 'doubtful' | 'known'; readonly problem: SourceProblem | undefined };
  #snapshot: Snapshot | undefined;
  /** Something was read since the last merge. */
  #changed = false;
  #reported: ReadonlyMap<string, SourceProblem> = new Map();

  constructor(path: string, clock: Clock, watch: WatchPath) {
    this.#path = path;
    this.#clock = clock;
    this.#watch = watch;
    this.#listing = { state: 'unknown', problem: undefined };
  }

  start(observer: SourceObserver): void {
    this.#observer = observer;
    this.#watcher = this.#watch(this.#path, {
      onNotice: (path) => this.#notice(path),
      onReady: () => this.#look(LISTING),
      onFailure: (message) => {
        const often = `it is looked at every ${RESYNC_MS / 1_000} s instead`;
        this.#observer?.onProblem({ where: this.#path, message: `it cannot be watched: ${message}; ${often}` });
      },
    });
    this.#look(LISTING);
    this.#resync();
  }

  async stop(): Promise<void> {
    this.#observer = undefined;
    for (const timer of this.#waits.values()) timer.cancel();
    this.#waits.clear();
    await this.#watcher?.close();
    await this.#running;
  }

  /** A notice about a file that is known concerns that file alone; any other may be about the folder. */
  #notice(path: string): void {
    const target = this.#files.has(path) ? path : LISTING;
    this.#wait(`quiet ${target}`, QUIET_MS, () => this.#look(target));
  }

  #resync(): void {
    this.#wait('resync', RESYNC_MS, () => {
      this.#look(LISTING);
      this.#resync();
    });
  }

  /** Starts a wait, or starts it again from the beginning. */
  #wait(name: string, delayMs: number, then: () => void): void {
    if (this.#observer === undefined) return;
    this.#cancel(name);
    const timer = this.#clock.after(delayMs, () => {
      this.#waits.delete(name);
      then();
    });
    this.#waits.set(name, timer);
  }

  #cancel(name: string): void {
    this.#waits.get(name)?.cancel();
    this.#waits.delete(name);
  }

  /** Runs one look after the other; what comes in meanwhile is looked at next. */
  #look(target: string, confirm = false): void {
    if (this.#observer === undefined) return;
    this.#due.set(target, { confirm: confirm || this.#due.get(target)?.confirm === true });
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    while (this.#due.size > 0 && this.#observer !== undefined) {
      const due = new Map(this.#due);
      this.#due.clear();
      const listing = due.get(LISTING);
      if (listing !== undefined) await this.#lookAtAll(listing.confirm);
      for (const [path, { confirm }] of due) {
        if (path !== LISTING) await this.#lookAt(path, confirm);
      }
      if (this.#changed) this.#publish();
      this.#changed = false;
    }
  }

  async #lookAtAll(confirm: boolean): Promise<void> {
    const listing = await listManifests(this.#path);
    if (listing.kind === 'unreadable') {
      this.#setListing(this.#listing.state, `${listing.message}; ${this.#keeping()}`);
      return;
    }
    const found = listing.kind === 'files' ? listing.files : [];
    const message = listing.kind === 'missing' ? listing.message : 'the folder has no *.yaml, *.yml or *.json file';
    const effect =
      this.#snapshot === undefined ? this.#keeping() : 'what it held counts as deleted once a second look confirms it';
    const state = this.#listingState(found.length > 0, listing.kind === 'files', confirm);
    this.#setListing(state, found.length > 0 ? undefined : `${message}; ${effect}`);
    const paths = [...new Set([...this.#files.keys(), ...found])];
    for (let at = 0; at < paths.length; at += BATCH) {
      await Promise.all(paths.slice(at, at + BATCH).map((path) => this.#lookAt(path, false)));
    }
  }

  #setListing(state: 'unknown' | 'doubtful' | 'known', message: string | undefined): void {
    if (state === this.#listing.state && message === this.#listing.problem?.message) return;
    this.#listing = { state, problem: message === undefined ? undefined : { where: this.#path, message } };
    this.#changed = true;
  }

  /** A path that is not there has never been complete; one that is there and empty is so after a second look. */
  #listingState(hasFiles: boolean, exists: boolean, confirm: boolean): 'unknown' | 'doubtful' | 'known' {
    if (hasFiles || this.#listing.state === 'known') {
      this.#cancel(`confirm ${LISTING}`);
      return 'known';
    }
    if (!exists) return 'unknown';
    if (confirm && this.#listing.state === 'doubtful') return 'known';
    this.#confirmLater(LISTING);
    return 'doubtful';
  }

  async #lookAt(path: string, confirm: boolean): Promise<void> {
    const known = this.#files.get(path);
    const unchanged = known?.version !== undefined && known.version === (await lookUpVersion(path));
    if (unchanged && !confirm) return;
    const file = known ?? createTrackedFile(path, { first: this.#snapshot === undefined });
    const outcome = await file.read(confirm);
    this.#changed = true;
    if (outcome !== 'doubtful') this.#cancel(`confirm ${path}`);
    if (outcome === 'gone') this.#files.delete(path);
    else this.#files.set(path, file);
    if (outcome === 'doubtful') this.#confirmLater(path);
  }

  #confirmLater(target: string): void {
    const name = `confirm ${target}`;
    if (this.#waits.has(name)) return;
    this.#wait(name, CONFIRM_MS, () => {
      // Order matters: what is gone from one file may have moved to another that nothing was noticed of yet.
      this.#look(LISTING);
      this.#look(target, true);
    });
  }

  #publish(): void {
    const files = [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const merged = mergeManifests(files);
    this.#report([
      ...(this.#listing.problem === undefined ? [] : [this.#listing.problem]),
      ...files.flatMap((file) => file.problems),
      ...merged.problems,
    ]);
    if (this.#snapshot !== undefined) {
      const changes = diffSnapshots(this.#snapshot, merged.snapshot);
      this.#snapshot = merged.snapshot;
      if (changes.length > 0) this.#observer?.onChanges(changes);
    } else if (this.#listing.state === 'known' && files.every((file) => file.complete)) {
      this.#snapshot = merged.snapshot;
      this.#observer?.onSnapshot(merged.snapshot);
    }
  }

  /** Tells each problem once, when it is over, and again only after that. */
  #report(problems: readonly SourceProblem[]): void {
    const before = this.#reported;
    this.#reported = new Map(problems.map((problem) => [`${problem.where} ${problem.message}`, problem]));
    for (const [key, problem] of before) if (!this.#reported.has(key)) this.#observer?.onProblemOver?.(problem);
    for (const [key, problem] of this.#reported) if (!before.has(key)) this.#observer?.onProblem(problem);
  }

  #keeping(): string {
    return this.#snapshot === undefined ? 'the cluster is not complete before it can be read' : 'all is kept as it was';
  }
}
