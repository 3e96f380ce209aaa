// The whole way from files to a policy: load (lex, parse, include), declare, check, lower.

import { analyse } from './analyse.ts';
import type { SpeakerStatement } from './ast.ts';
import { type Diagnostic, isError } from './diagnostic.ts';
import { lower } from './lower.ts';
import type { Model } from './model.ts';
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

/** What checking alone gave. */
export interface Checked extends Omit<Compiled, 'policy'> {
  /** Whether compiling gives a policy. */
  readonly isRight: boolean;
}

/** Compiles a policy. Entries are paths of files and directories; a directory stands for its `*.bell` files. */
export function compile(entries: readonly string[], host: SourceHost): Compiled {
  const { model, diagnostics, sources } = analyse(entries, host);
  const speaker = speakerOf(model, diagnostics);
  if (speaker === undefined) return { policy: undefined, diagnostics, sources };
  const paths = sources.map((source) => source.path);
  return { policy: lower({ ...model, speaker }, paths), diagnostics, sources };
}

/** The same without the policy, for those who only ask what is wrong with it. */
export function checkPolicy(entries: readonly string[], host: SourceHost): Checked {
  const { model, diagnostics, sources } = analyse(entries, host);
  return { isRight: speakerOf(model, diagnostics) !== undefined, diagnostics, sources };
}

/** The speaker of a policy without errors, all of which can be lowered. */
function speakerOf({ scope }: Model, diagnostics: readonly Diagnostic[]): SpeakerStatement | undefined {
  return diagnostics.some(isError) ? undefined : scope.speaker;
}
