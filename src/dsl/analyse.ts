// Files → everything that is known about a policy without lowering it: trees, names, diagnostics. An editor stops here,
// since most of the time the text it sees is broken; `compile` goes on to a `Policy`.

import type { PolicyFile } from './ast.ts';
import { check } from './check.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ParseMemory } from './incremental/parse-memory.ts';
import { load } from './load.ts';
import { messages } from './messages.ts';
import { buildModel, type Model } from './model.ts';
import { createReporter, type Report } from './report.ts';
import type { SourceFile } from './source-file.ts';
import type { SourceHost } from './source-host.ts';

/** A policy, read and checked. Whatever could be understood is there, however much of the text is wrong. */
export interface Analysis {
  /** In the order read. */
  readonly files: readonly PolicyFile[];
  /** The texts of the files. */
  readonly sources: readonly SourceFile[];
  readonly model: Model;
  /** In source order. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads and checks a policy. Entries are paths of files and directories; a directory stands for its `*.bell` files. With a
 * memory only what has changed is read, and earlier analyses made with it are void.
 */
export function analyse(entries: readonly string[], host: SourceHost, memory?: ParseMemory): Analysis {
  const reporter = createReporter();
  const { files, statements } = load(entries, host, reporter.report, memory?.parse);
  const sources = files.map((file) => file.span.source);
  const model = buildModel(statements, reporter.report);
  check(model, reporter.report, reporter.errors);
  // Nobody knows what stands in a text that could not be read.
  const isWhole = !reporter.errors.has('undecodable-text') && !reporter.errors.has('unreadable-file');
  if (model.scope.speaker === undefined && isWhole) reportMissingSpeaker(sources, reporter.report);
  return { files, sources, model, diagnostics: reporter.diagnostics(sources.map(({ path }) => path)) };
}

/** Points at the end of the last file, unless nothing could be read, which is reported already. */
function reportMissingSpeaker(sources: readonly SourceFile[], report: Report): void {
  const source = sources.at(-1);
  if (source === undefined) return;
  const end = source.text.trimEnd().length;
  report({ source, start: end, end }, messages['no-speaker']({}));
}
