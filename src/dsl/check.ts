// Model → diagnostics. One table of checks, each a file of its own in checks/; they do not depend on each other's order.

import { checkNotYetSupported } from './checks/not-yet-supported.ts';
import type { Model } from './model.ts';
import type { Report } from './report.ts';

/** One rule of sense or meaning. */
export type Check = (model: Model, report: Report) => void;

const CHECKS: readonly Check[] = [checkNotYetSupported];

/** Runs every check. */
export function check(model: Model, report: Report): void {
  for (const run of CHECKS) run(model, report);
}
