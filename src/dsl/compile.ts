// The whole way from files to a policy: load (lex, parse, include), declare, check, lower.

import { analyse } from './analyse.ts';
import { type Diagnostic, isError } from './diagnostic.ts';
import { lower } from './lower.ts';
import type { Policy } from './policy.ts';
import type { SourceFile } from './source-file.ts';
import type { SourceHost } from './source-host.ts';

/** What compiling gave. */
export interface Compiled {
  /** Undefined if any diagnostic is an error. */
  readonly policy: Policy | undefined;
  /** In source order. */
  readonly diagnostics: readonly Diagnostic[];
  /** The files read, for rendering diagnostics. */
  readonly sources: readonly SourceFile[];
}

/** Compiles a policy. Entries are paths of files and directories; a directory stands for its `*.bell` files. */
export function compile(entries: readonly string[], host: SourceHost): Compiled {
  const { model, diagnostics, sources } = analyse(entries, host);
  const { speaker } = model.scope;
  if (speaker === undefined || diagnostics.some(isError)) return { policy: undefined, diagnostics, sources };
  const paths = sources.map((source) => source.path);
  return { policy: lower({ ...model, speaker }, paths), diagnostics, sources };
}
