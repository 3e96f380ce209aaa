// Model → diagnostics. Two tables of checks, each check a file of its own in checks/. The second table holds warnings
// about what is absent (nothing uses a name, nobody hears), which only a policy without errors can be sure of.

import { checkConditions } from './checks/conditions.ts';
import { checkCordoned } from './checks/cordoned.ts';
import { checkDuplicateSettings } from './checks/duplicate-settings.ts';
import { checkEmptyRanges } from './checks/empty-ranges.ts';
import { checkGuard } from './checks/guard.ts';
import { checkImpossibleText } from './checks/impossible-text.ts';
import { checkLocalConditions } from './checks/local-conditions.ts';
import { checkLocalPrefOutside } from './checks/local-pref-outside.ts';
import { checkLoopingAggregates } from './checks/looping-aggregates.ts';
import { checkNeverTrue } from './checks/never-true.ts';
import { checkNoPeer } from './checks/no-peer.ts';
import { checkNotYetSupported } from './checks/not-yet-supported.ts';
import { checkNumbers } from './checks/numbers.ts';
import { checkOverlappingRanges } from './checks/overlapping-ranges.ts';
import { checkPeers } from './checks/peers.ts';
import { checkPrependInside } from './checks/prepend-inside.ts';
import { checkRanges } from './checks/ranges.ts';
import { checkReferences } from './checks/references.ts';
import { checkSameNeighbour } from './checks/same-neighbour.ts';
import { checkSecretNames } from './checks/secret-names.ts';
import { checkSessionOptions } from './checks/session-options.ts';
import { checkSource } from './checks/source.ts';
import { checkSpeaker } from './checks/speaker.ts';
import { checkTestBlocks } from './checks/test-blocks.ts';
import { checkToNobody } from './checks/to-nobody.ts';
import { checkUnexportedRanges } from './checks/unexported-ranges.ts';
import { checkUnreachableRules } from './checks/unreachable-rules.ts';
import { checkUnusableAddresses } from './checks/unusable-addresses.ts';
import { checkUnusedNames } from './checks/unused-names.ts';
import type { Model } from './model.ts';
import type { ErrorsSoFar, Report } from './report.ts';

/** One rule of meaning or sense. */
export type Check = (model: Model, report: Report, errors: ErrorsSoFar) => void;

const CHECKS: readonly Check[] = [
  checkReferences,
  checkDuplicateSettings,
  checkNumbers,
  checkSpeaker,
  checkPeers,
  checkGuard,
  checkSessionOptions,
  checkSecretNames,
  checkSameNeighbour,
  checkUnusableAddresses,
  checkRanges,
  checkConditions,
  checkImpossibleText,
  checkNotYetSupported,
  checkOverlappingRanges,
  checkUnreachableRules,
  checkNeverTrue,
  checkLocalConditions,
  checkCordoned,
  checkTestBlocks,
];

const CHECKS_OF_ABSENCE: readonly Check[] = [
  checkNoPeer,
  checkUnusedNames,
  checkUnexportedRanges,
  checkSource,
  checkEmptyRanges,
  checkToNobody,
  checkLoopingAggregates,
  checkPrependInside,
  checkLocalPrefOutside,
];

/** Runs every check. */
export function check(model: Model, report: Report, errors: ErrorsSoFar): void {
  for (const run of CHECKS) run(model, report, errors);
  if (errors.any()) return;
  for (const run of CHECKS_OF_ABSENCE) run(model, report, errors);
}
