// Policies as commands take them: read, checked, and their diagnostics told on stderr.

import { loadPolicy } from '../agent/load-policy.ts';
import { count } from '../agent/table.ts';
import { type Checked, type Policy, renderDiagnostics } from '../dsl/index.ts';
import type { CommandContext } from './command.ts';
import { isColored } from './terminal.ts';

/** What was found, and where. */
type Diagnosed = Pick<Checked, 'diagnostics' | 'sources'>;

/** At most this many diagnostics are shown as text. */
const SHOWN = 20;

/**
 * Loads a policy and reports what is wrong with it. Undefined if it is refused, and then the exit code is set; it is
 * set as well where `denyWarnings` and there is a warning.
 */
export function loadPolicyOrReport(
  entries: readonly string[],
  denyWarnings: boolean,
  context: CommandContext,
): Policy | undefined {
  const loaded = loadPolicy(entries);
  reportDiagnostics(loaded, context);
  if (loaded.policy === undefined || (denyWarnings && hasWarnings(loaded))) context.exit(1);
  return loaded.policy;
}

/** Writes the diagnostics as text to stderr, with a count where there are any. */
export function reportDiagnostics({ diagnostics, sources }: Diagnosed, { stderr }: CommandContext): void {
  const shown = diagnostics.filter(({ severity }) => severity !== 'hint');
  if (shown.length === 0) return;
  stderr.write(renderDiagnostics(shown, sources, { color: isColored(stderr), max: SHOWN }));
}

/** Whether any diagnostic is a warning. */
export function hasWarnings({ diagnostics }: Diagnosed): boolean {
  return diagnostics.some(({ severity }) => severity === 'warning');
}

/** `2 errors and 1 warning`; only what there is, `no mistakes` if nothing. */
export function countDiagnostics({ diagnostics }: Diagnosed): string {
  const number = (severity: string) => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const [errors, warnings] = [number('error'), number('warning')];
  const parts = [
    ...(errors === 0 ? [] : [count(errors, 'error')]),
    ...(warnings === 0 ? [] : [count(warnings, 'warning')]),
  ];
  return parts.length === 0 ? 'no mistakes' : parts.join(' and ');
}
