// The policy on trial, in the state directory: what there is to go back to, and by what it is judged. There before BIRD is given
// the policy, so that an agent that is killed at any moment is followed by one that goes on with the trial.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../unknown.ts';
import { reasonOf } from './directories.ts';
import { readIfReadable, writeSmallFile } from './files.ts';
import { isStringList, parseJson } from './json.ts';
import type { PolicyText } from './last-good.ts';
import { decodePolicyText } from './policy-text.ts';

/** A policy on trial. */
export interface SavedTrial {
  /** `hashPolicy` of the policy on trial. */
  readonly policy: string;
  /** The policy that it is tried against. */
  readonly previous: PolicyText;
  /** Peers whose sessions were up before. */
  readonly up: readonly string[];
  readonly withinMs: number;
  /** When it is judged, in milliseconds since 1970. */
  readonly until: number;
  /** Why the policy before is put back; absent while that is not decided. */
  readonly reason?: string;
}

/** A trial as it was found, which may be of an earlier boot. */
export interface FoundTrial extends SavedTrial {
  readonly isOfThisBoot: boolean;
}

/** The file of one agent. */
export interface TrialFile {
  /** Undefined where no policy is on trial; `unusable` where one is, and the file is damaged or of another format. */
  read(): FoundTrial | 'unusable' | undefined;
  /** What is on trial now; undefined: nothing. Answers why that cannot be written down. */
  write(trial: SavedTrial | undefined): string | undefined;
}

const FILE = 'trial.json';
const FORMAT = 1;

/** The file in this directory; `bootId` is of the running boot, empty where nobody can say. */
export function createTrialFile(stateDirectory: string, bootId: string): TrialFile {
  const path = join(stateDirectory, FILE);
  return {
    read: () => {
      const text = readIfReadable(path);
      return text === undefined ? undefined : (decode(parseJson(text), bootId) ?? 'unusable');
    },
    write: (trial) => {
      try {
        if (trial === undefined) rmSync(path, { force: true });
        else writeSmallFile(path, `${JSON.stringify({ format: FORMAT, bootId, ...trial })}\n`, 0o600);
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

function decode(value: unknown, bootId: string): FoundTrial | undefined {
  if (!isRecord(value) || value.format !== FORMAT) return undefined;
  const { policy, up, withinMs, until, reason } = value;
  const previous = decodePolicyText(value.previous);
  if (typeof policy !== 'string' || previous === undefined || !isStringList(up)) return undefined;
  if (typeof withinMs !== 'number' || typeof until !== 'number') return undefined;
  const isOfThisBoot = bootId !== '' && value.bootId === bootId;
  return { policy, previous, up, withinMs, until, ...(typeof reason === 'string' && { reason }), isOfThisBoot };
}
