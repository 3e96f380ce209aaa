// Secrets out of manifests on disk, for clusters that are files. Apart from the manifest source, so that nothing that reads a
// snapshot ever has one in hand. The files are read anew whenever one of them was noticed, and only while a policy names a
// Secret. A file that cannot be read takes nothing away.

import { readFile, stat } from 'node:fs/promises';
import { type Clock, systemClock, type Timer } from '../clock.ts';
import { listManifests } from './manifest-files.ts';
import { QUIET_MS, RESYNC_MS } from './manifest-source.ts';
import { parseObjectsOf } from './manifest-text.ts';
import {
  decodeSecret,
  readKey,
  type SecretReading,
  type SecretRef,
  type SecretSource,
  type SecretValues,
  secretName,
} from './secrets.ts';
import { type PathWatch, type WatchPath, watchPath } from './watch-path.ts';

/** What a source of Secrets takes from outside. */
export interface ManifestSecretsOptions {
  readonly clock?: Clock;
  readonly watch?: WatchPath;
}

/** Reads the Secrets of a file or a folder of manifests, and follows them. */
export function createManifestSecrets(path: string, options: ManifestSecretsOptions = {}): SecretSource {
  return new ManifestSecrets(path, options.clock ?? systemClock, options.watch ?? watchPath);
}

/** What these values are in manifests, read once. */
export async function readManifestSecrets(path: string): Promise<(ref: SecretRef) => SecretReading> {
  const { values } = await readSecrets(path);
  return (ref) => readKey(ref, values.get(secretName(ref)));
}

class ManifestSecrets implements SecretSource {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #watch: WatchPath;
  #onChange: (() => void) | undefined;
  #isWanted = false;
  #values: ReadonlyMap<string, SecretValues> | undefined;
  #watcher: PathWatch | undefined;
  #quiet: Timer | undefined;
  #resync: Timer | undefined;
  #reading: Promise<void> | undefined;
  #isDue = false;

  constructor(path: string, clock: Clock, watch: WatchPath) {
    this.#path = path;
    this.#clock = clock;
    this.#watch = watch;
  }

  start(onChange: () => void): void {
    this.#onChange = onChange;
    this.#begin();
  }

  want(secrets: readonly unknown[]): void {
    this.#isWanted = secrets.length > 0;
    this.#begin();
  }

  read(ref: SecretRef): SecretReading {
    if (this.#values === undefined) return { kind: 'unread', message: undefined };
    return readKey(ref, this.#values.get(secretName(ref)));
  }

  async stop(): Promise<void> {
    this.#onChange = undefined;
    this.#quiet?.cancel();
    this.#resync?.cancel();
    await this.#watcher?.close();
    await this.#reading;
  }

  #begin(): void {
    if (!this.#isWanted || this.#onChange === undefined || this.#watcher !== undefined) return;
    this.#watcher = this.#watch(this.#path, {
      onNotice: () => this.#lookSoon(),
      onReady: () => this.#look(),
      // The manifest source says so, of the same path.
      onFailure: () => {},
    });
    this.#look();
    this.#lookAgain();
  }

  #lookSoon(): void {
    this.#quiet?.cancel();
    this.#quiet = this.#clock.after(QUIET_MS, () => this.#look());
  }

  #lookAgain(): void {
    this.#resync = this.#clock.after(RESYNC_MS, () => {
      this.#look();
      this.#lookAgain();
    });
  }

  /** One reading at a time; what is noticed meanwhile is read next. */
  #look(): void {
    this.#isDue = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
  }

  async #readAll(): Promise<void> {
    while (this.#isDue && this.#onChange !== undefined) {
      this.#isDue = false;
      const { values, isWhole } = await readSecrets(this.#path);
      this.#values = isWhole ? values : new Map([...(this.#values ?? []), ...values]);
      this.#onChange?.();
    }
  }
}

interface FoundSecrets {
  readonly values: ReadonlyMap<string, SecretValues>;
  /** Every file could be read. */
  readonly isWhole: boolean;
}

async function readSecrets(path: string): Promise<FoundSecrets> {
  const listing = await listManifests(path);
  const values = new Map<string, SecretValues>();
  let isWhole = listing.kind === 'files';
  for (const file of listing.kind === 'files' ? listing.files : []) {
    const found = await readObjects(file);
    isWhole &&= found !== undefined;
    for (const object of found ?? []) {
      const secret = decodeSecret(object);
      // As with every object, the first place counts.
      if (secret !== undefined && !values.has(secretName(secret.id))) values.set(secretName(secret.id), secret.values);
    }
  }
  return { values, isWhole };
}

async function readObjects(file: string): Promise<readonly unknown[] | undefined> {
  try {
    // A pipe gives its bytes once, and they went to the snapshot.
    return (await stat(file)).isFile() ? parseObjectsOf('Secret', await readFile(file)) : [];
  } catch {
    return undefined;
  }
}
