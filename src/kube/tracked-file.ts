// One manifest file over time: what counts as its content while it changes, breaks, empties or vanishes.

import { type ObjectId, objectId } from './decode.ts';
import { type FileReading, type FileVersion, readManifest } from './manifest-files.ts';
import { createManifestParser, type ManifestObject, type ManifestText, type RefusedObject } from './manifest-text.ts';
import type { SourceProblem } from './source.ts';

/** What a look at a file came to; `doubtful` asks for a second look. */
export type ReadOutcome = 'settled' | 'doubtful' | 'gone';

/** The state of one file. */
export interface TrackedFile {
  readonly path: string;
  /** What the last look saw; absent if the file was not there. */
  readonly version: FileVersion | undefined;
  /** The objects that count, which are the last readable ones where the file is broken or in doubt. */
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly SourceProblem[];
  /** Emptied or vanished, and not confirmed yet. */
  readonly doubtful: boolean;
  /** Its content has been known at least once. */
  readonly complete: boolean;
  /** Reads it. With `confirm` set, an empty or missing file that was so before is believed. */
  read(confirm: boolean): Promise<ReadOutcome>;
}

/** Starts to follow a file. With `first` set, even a new file that is blank is in doubt: nothing is known of it. */
export function createTrackedFile(path: string, { first }: { readonly first: boolean }): TrackedFile {
  return new FileHistory(path, first);
}

class FileHistory implements TrackedFile {
  readonly path: string;
  version: FileVersion | undefined;
  objects: readonly ManifestObject[] = [];
  problems: readonly SourceProblem[] = [];
  doubtful = false;
  complete = false;
  readonly #first: boolean;
  readonly #parse = createManifestParser();

  constructor(path: string, first: boolean) {
    this.path = path;
    this.#first = first;
  }

  async read(confirm: boolean): Promise<ReadOutcome> {
    const reading = await readManifest(this.path, this.#parse);
    this.version = reading.kind === 'read' ? reading.version : undefined;
    if (!this.#isLoss(reading)) return this.#accept(reading);
    if (confirm && this.doubtful) return this.#believe(reading);
    this.doubtful = true;
    const seen = reading.kind === 'missing' ? 'the file is gone' : 'the file is empty';
    this.problems = [{ where: this.path, message: `${seen}; it is read again before anything is withdrawn` }];
    return 'doubtful';
  }

  /** True if believing the reading would lose what the file held, or might have held before the first look. */
  #isLoss(reading: FileReading): boolean {
    const hadContent = this.objects.length > 0 || (this.#first && !this.complete);
    if (reading.kind === 'missing') return this.objects.length > 0;
    if (reading.kind === 'unreadable' || reading.text.kind === 'broken') return false;
    const { objects, refused, others } = reading.text;
    const blank = objects.length === 0 && refused.length === 0;
    return blank && (this.complete || others === 0) && hadContent;
  }

  #believe(reading: FileReading): ReadOutcome {
    this.doubtful = false;
    this.objects = [];
    this.problems = [];
    this.complete = true;
    return reading.kind === 'missing' ? 'gone' : 'settled';
  }

  #accept(reading: FileReading): ReadOutcome {
    this.doubtful = false;
    if (reading.kind === 'missing') return 'gone';
    if (reading.kind === 'unreadable') this.#keep(this.path, reading.message);
    else if (reading.text.kind === 'broken') {
      const { line, message } = reading.text;
      this.#keep(line === undefined ? this.path : `${this.path}:${line}`, message);
    } else this.#take(reading.text);
    return 'settled';
  }

  #keep(where: string, message: string): void {
    const effect = this.complete
      ? 'its last readable content stays in effect'
      : 'the cluster is not complete before it can be read';
    this.problems = [{ where, message: `${message}; ${effect}` }];
  }

  #take({ objects, refused }: Extract<ManifestText, { kind: 'readable' }>): void {
    const before = new Map(this.objects.map((item) => [objectId(item.object), item]));
    const present = new Set(objects.map((item) => objectId(item.object)));
    const lost = new Map<ObjectId, ManifestObject>();
    for (const { id } of refused) {
      const last = id === undefined || present.has(id) ? undefined : before.get(id);
      if (id !== undefined && last !== undefined) lost.set(id, last);
    }
    this.objects = [...objects, ...lost.values()];
    this.problems = refused.map((object) => this.#refusal(object, lost));
    this.complete = true;
  }

  #refusal({ id, line, message }: RefusedObject, kept: ReadonlyMap<ObjectId, ManifestObject>): SourceProblem {
    const effect = id !== undefined && kept.has(id) ? 'its last readable version stays in effect' : 'it is left out';
    return { where: `${this.path}:${line}`, message: `${message}; ${effect}` };
  }
}
