// What outlives the agent: the text of the policy that was last applied, in the state directory. Text rather than the
// compiled form, so that an upgraded bellbird reads it with its own rules.

import { join } from 'node:path';
import { readIfThere, writeAtomic } from './files.ts';
import { isRecord, isStringList, parseJson } from './json.ts';

/** Policy files as they were read, enough to compile the policy again without them. */
export interface PolicyText {
  /** Paths as given on the command line. */
  readonly entries: readonly string[];
  /** Content by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** The content of `last-good.json`. */
export interface LastGood {
  readonly bootId: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
  readonly policy: PolicyText;
}

const FILE = 'last-good.json';
const FORMAT = 1;

/** Reads what was saved; undefined where there is nothing usable. */
export function readLastGood(stateDirectory: string): LastGood | undefined {
  const value = parseJson(readIfThere(join(stateDirectory, FILE)) ?? '');
  if (!isRecord(value) || value.format !== FORMAT || !isRecord(value.policy)) return undefined;
  const { bootId, savedAt } = value;
  const { entries, files } = value.policy;
  if (typeof bootId !== 'string' || typeof savedAt !== 'number' || !isStringList(entries)) return undefined;
  if (!isRecord(files) || !Object.values(files).every((text) => typeof text === 'string')) return undefined;
  return { bootId, savedAt, policy: { entries, files: toTexts(files) } };
}

/** Saves in one step. */
export function writeLastGood(stateDirectory: string, lastGood: LastGood): void {
  writeAtomic(join(stateDirectory, FILE), `${JSON.stringify({ format: FORMAT, ...lastGood })}\n`, 0o600);
}

/** Identifies the running boot of this machine; empty where the kernel does not say. */
export function readBootId(): string {
  return (readIfThere('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

function toTexts(files: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, String(text)]));
}
