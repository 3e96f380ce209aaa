// Warnings of a plan on stderr, where they do not mix with the plan.

import type { PlanWarningJson } from '../engine/index.ts';
import type { CommandContext } from './command.ts';

/** What the diagnostics of the policy have told already, at its place in the text. */
const TOLD = 'no-peer';

/** Tells the warnings; they are exit code 1 where warnings are denied. */
export function reportPlanWarnings(
  warnings: readonly PlanWarningJson[],
  denyWarnings: boolean,
  { stderr, exit }: CommandContext,
): void {
  for (const { code, message, at } of warnings) {
    if (code !== TOLD) stderr.write(`warning[${code}]: ${message}\n  --> ${at}\n`);
  }
  if (denyWarnings && warnings.length > 0) exit(1);
}
