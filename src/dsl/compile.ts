// The whole way from files to a policy: load (lex, parse, include), declare, check, lower.

import { check } from './check.ts';
import { type Diagnostic, isError } from './diagnostic.ts';
import { load } from './load.ts';
import { lower } from './lower.ts';
import { messages } from './messages.ts';
import { buildModel } from './model.ts';
import type { Policy } from './policy.ts';
import { createReporter, type Report } from './report.ts';
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
  const reporter = createReporter();
  const { files, statements } = load(entries, host, reporter.report);
  const sources = files.map((file) => file.span.source);
  const paths = sources.map((source) => source.path);
  const model = buildModel(statements, reporter.report);
  check(model, reporter.report, reporter.errors);
  const { speaker } = model.scope;
  if (speaker === undefined) reportMissingSpeaker(sources, reporter.report);
  const diagnostics = reporter.diagnostics(paths);
  if (speaker === undefined || diagnostics.some(isError)) return { policy: undefined, diagnostics, sources };
  return { policy: lower({ ...model, speaker }, paths), diagnostics, sources };
}

/** Points at the end of the last file, unless nothing could be read, which is reported already. */
function reportMissingSpeaker(sources: readonly SourceFile[], report: Report): void {
  const source = sources.at(-1);
  if (source === undefined) return;
  const end = source.text.trimEnd().length;
  report({ source, start: end, end }, messages['no-speaker']({}));
}
