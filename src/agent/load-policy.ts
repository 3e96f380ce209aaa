// From paths to a checked policy, and the text it was made from.

import {
  type Checked,
  checkPolicy,
  compile,
  createMemoryHost,
  type Diagnostic,
  type Policy,
  type SourceFile,
} from '../dsl/index.ts';
import type { PolicyText } from './last-good.ts';
import { createDiskHost } from './policy-files.ts';

/** What policy files came to. */
export interface LoadedPolicy {
  /** Absent if any diagnostic is an error. */
  readonly policy: Policy | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly SourceFile[];
  readonly text: PolicyText;
  /** Absolute paths of the directories to watch for changes. */
  readonly directories: readonly string[];
  /** Whether reading again would give the same. */
  readonly isCurrent: () => boolean;
}

/** Reads and checks policy files and directories. */
export function loadPolicy(entries: readonly string[]): LoadedPolicy {
  const host = createDiskHost();
  const { policy, diagnostics, sources } = compile(entries, host);
  return {
    policy,
    diagnostics,
    sources,
    text: { entries, files: host.texts() },
    directories: host.directories(),
    isCurrent: host.isCurrent,
  };
}

/** Checks policy files and directories, and makes nothing of them. */
export function checkPolicyFiles(entries: readonly string[]): Checked {
  return checkPolicy(entries, createDiskHost());
}

/** Checks a policy whose files were kept, without looking at the disk. */
export function loadPolicyText(text: PolicyText): LoadedPolicy {
  const { policy, diagnostics, sources } = compile(text.entries, createMemoryHost(text.files));
  return { policy, diagnostics, sources, text, directories: [], isCurrent: () => true };
}
