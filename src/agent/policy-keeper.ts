// Which policy is in effect, and what became of the files since. A policy that does not check is never in effect: the
// one before it stays, and at a start the one that was last applied, as the state directory has it.

import type { Clock } from '../clock.ts';
import { type Diagnostic, type Policy, positionAt, renderPlace, type SourceFile } from '../dsl/index.ts';
import type { PolicyText } from './last-good.ts';
import { type LoadedPolicy, loadPolicyText } from './load-policy.ts';
import type { PolicyStatus } from './status.ts';
import { count } from './table.ts';

/** A policy that checks. */
export interface CheckedPolicy {
  readonly policy: Policy;
  readonly loaded: LoadedPolicy;
  readonly origin: 'disk' | 'last-good';
}

/** What reading the files came to. */
export type PolicyReading =
  /** The files are as they were when last read. */
  | { readonly kind: 'unchanged'; readonly loaded: LoadedPolicy }
  | { readonly kind: 'checked'; readonly candidate: CheckedPolicy }
  | { readonly kind: 'refused'; readonly loaded: LoadedPolicy; readonly reason: string };

/** Knows the policy in effect. */
export interface PolicyKeeper {
  /** The policy in effect; undefined before the first is accepted. */
  inEffect(): CheckedPolicy | undefined;
  /** Reads the files again. A candidate is in effect only once it is accepted. */
  read(): PolicyReading;
  /** The policy that was last applied, if the state directory has one that still checks. */
  recall(): CheckedPolicy | undefined;
  accept(candidate: CheckedPolicy): void;
  /** Remembers why a candidate that checked is not in effect all the same. */
  refuse(reason: string): void;
  status(): PolicyStatus;
  /** Absolute paths of the directories that the last reading depended on. */
  directories(): readonly string[];
}

/** What a keeper needs. */
export interface PolicyKeeperOptions {
  readonly clock: Clock;
  readonly entries: readonly string[];
  /** Whether a warning refuses a policy. */
  readonly denyWarnings: boolean;
  readonly load: (entries: readonly string[]) => LoadedPolicy;
  readonly lastGood: () => PolicyText | undefined;
}

/** Creates a keeper that has read nothing yet. */
export function createPolicyKeeper(options: PolicyKeeperOptions): PolicyKeeper {
  const { clock } = options;
  let inEffect: CheckedPolicy | undefined;
  let loadedAt: number | undefined;
  let refused: PolicyStatus['refused'];
  let lastRead: LoadedPolicy | undefined;
  const reasonAgainst = (loaded: LoadedPolicy) => whyRefused(loaded, options.denyWarnings);
  return {
    inEffect: () => inEffect,
    read: () => {
      if (lastRead?.isCurrent() === true) return { kind: 'unchanged', loaded: lastRead };
      const loaded = options.load(options.entries);
      lastRead = loaded;
      const reason = reasonAgainst(loaded);
      if (loaded.policy === undefined || reason !== undefined) {
        refused = { at: clock.now(), reason: reason ?? 'it has errors' };
        return { kind: 'refused', loaded, reason: refused.reason };
      }
      return { kind: 'checked', candidate: { policy: loaded.policy, loaded, origin: 'disk' } };
    },
    recall: () => {
      const text = options.lastGood();
      const loaded = text === undefined ? undefined : loadPolicyText(text);
      return loaded?.policy === undefined ? undefined : { policy: loaded.policy, loaded, origin: 'last-good' };
    },
    accept: (candidate) => {
      inEffect = candidate;
      loadedAt = clock.now();
      // The files may have changed since, and be refused.
      if (candidate.loaded === lastRead) refused = undefined;
    },
    refuse: (reason) => {
      refused = { at: clock.now(), reason };
    },
    status: () => ({
      entries: options.entries,
      files: inEffect?.policy.files ?? [],
      loadedAt,
      origin: inEffect?.origin,
      refused,
    }),
    directories: () => lastRead?.directories ?? [],
  };
}

/** `2 errors, the first at edge.bell:3:1: …`; undefined for a policy that may be used. */
function whyRefused({ policy, diagnostics, sources }: LoadedPolicy, denyWarnings: boolean): string | undefined {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  if (errors.length === 0 && policy !== undefined && !(denyWarnings && warnings.length > 0)) return undefined;
  const counted = errors.length > 0 ? errors : warnings;
  const first = counted[0];
  const number = count(counted.length, errors.length > 0 ? 'error' : 'warning');
  return first === undefined ? number : `${number}, the first at ${placeOf(first, sources)}: ${first.message}`;
}

function placeOf({ labels }: Diagnostic, sources: readonly SourceFile[]): string {
  const [label] = labels;
  if (label === undefined) return 'an unknown place';
  const source = sources.find(({ path }) => path === label.path);
  // A file that cannot be read has no lines.
  return source === undefined ? label.path : renderPlace({ path: label.path, ...positionAt(source, label.span.start) });
}
