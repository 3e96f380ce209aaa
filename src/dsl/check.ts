// Model → diagnostics. One table of checks, each a file of its own in checks/. They do not depend on each other, except
// that the last one asks what the others found in use.

import { checkConditions } from './checks/conditions.ts';
import { checkDuplicateSettings } from './checks/duplicate-settings.ts';
import { checkLocalConditions } from './checks/local-conditions.ts';
import { checkNoPeer } from './checks/no-peer.ts';
import { checkNotYetSupported } from './checks/not-yet-supported.ts';
import { checkNumbers } from './checks/numbers.ts';
import { checkOverlappingRanges } from './checks/overlapping-ranges.ts';
import { checkPeers } from './checks/peers.ts';
import { checkRanges } from './checks/ranges.ts';
import { checkReferences } from './checks/references.ts';
import { checkSpeaker } from './checks/speaker.ts';
import { checkUnreachableRules } from './checks/unreachable-rules.ts';
import { checkUnusedNames } from './checks/unused-names.ts';
import type { Model } from './model.ts';
import type { Report } from './report.ts';

/** One rule of meaning or sense. */
export type Check = (model: Model, report: Report) => void;

const CHECKS: readonly Check[] = [
  checkReferences,
  checkDuplicateSettings,
  checkNumbers,
  checkSpeaker,
  checkPeers,
  checkRanges,
  checkConditions,
  checkNotYetSupported,
  checkOverlappingRanges,
  checkUnreachableRules,
  checkLocalConditions,
  checkNoPeer,
  checkUnusedNames,
];

/** Runs every check. */
export function check(model: Model, report: Report): void {
  for (const run of CHECKS) run(model, report);
}
