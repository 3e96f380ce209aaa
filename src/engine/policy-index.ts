// A policy prepared for evaluation: ranges and exclusions found by prefix, globs compiled. Built once per policy.

import type { Place } from '../dsl/place.ts';
import type { AddressKind, Condition, Filter, Policy, Range, ServiceBlock } from '../dsl/policy.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { overlapsPrefix } from '../dsl/prefix.ts';
import { compilePathGlob } from './globs.ts';
import type { PrefixIndex } from './prefix-index.ts';
import { createPrefixIndex, policyPrefix } from './prefix-index.ts';

/** A policy with everything the evaluation looks up. */
export interface PolicyIndex {
  readonly policy: Policy;
  /** In policy order. */
  readonly ranges: readonly RangeEntry[];
  /** Every prefix of the ranges of a kind. */
  readonly coverage: Readonly<Record<AddressKind, PrefixIndex<RangePrefix>>>;
  readonly excluded: PrefixIndex<ExcludedPrefix>;
  readonly serviceExclusions: readonly ServiceExclusion[];
  readonly blocks: readonly BlockEntry[];
  readonly filters: ReadonlyMap<string, Filter>;
  /** Every condition of a `from … where`. */
  readonly originConditions: readonly Condition[];
  /** Some block has a `limit`. */
  readonly hasLimits: boolean;
}

/** A range with its prefixes parsed. */
export interface RangeEntry {
  readonly range: Range;
  /** Place among the ranges of the policy, from 0. */
  readonly position: number;
  readonly prefixes: readonly Prefix[];
  /** What its aggregates must leave uncovered: excluded prefixes, and its own `except`. */
  readonly cuts: readonly Prefix[];
  /** Its own `except`. */
  readonly holes: PrefixIndex<Prefix>;
  readonly for: readonly RegExp[];
}

/** One prefix of a range. */
export interface RangePrefix {
  readonly entry: RangeEntry;
  readonly prefix: Prefix;
}

/** One prefix of an `exclude prefixes`. */
export interface ExcludedPrefix {
  readonly prefix: Prefix;
  readonly at: Place;
}

/** One `exclude services`. */
export interface ServiceExclusion {
  readonly at: Place;
  /** Empty: every service the condition selects. */
  readonly paths: readonly RegExp[];
  readonly where: Condition | undefined;
}

/** One `service` block. */
export interface BlockEntry {
  readonly block: ServiceBlock;
  readonly path: RegExp | undefined;
}

/** Prepares a checked policy. */
export function indexPolicy(policy: Policy): PolicyIndex {
  const excludedPrefixes = policy.exclusions.prefixes.map(({ prefix, at }) => ({ prefix: policyPrefix(prefix), at }));
  const ranges = policy.ranges.map((range, position) => indexRange(range, position, excludedPrefixes));
  const coverage = (kind: AddressKind): PrefixIndex<RangePrefix> =>
    createPrefixIndex(
      ranges
        .filter((entry) => entry.range.addressKind === kind)
        .flatMap((entry) => entry.prefixes.map((prefix) => [prefix, { entry, prefix }] as const)),
    );
  return {
    policy,
    ranges,
    coverage: {
      'cluster-ip': coverage('cluster-ip'),
      'external-ip': coverage('external-ip'),
      'load-balancer-ip': coverage('load-balancer-ip'),
    },
    excluded: createPrefixIndex(excludedPrefixes.map((entry) => [entry.prefix, entry] as const)),
    serviceExclusions: policy.exclusions.services.map(({ at, paths, where }) => ({
      at,
      paths: paths.map(compilePathGlob),
      where,
    })),
    blocks: policy.serviceBlocks.map((block) => ({
      block,
      path: block.path === undefined ? undefined : compilePathGlob(block.path),
    })),
    filters: new Map(policy.filters.map((filter) => [filter.name, filter])),
    originConditions: policy.serviceBlocks.flatMap((block) =>
      block.from?.where === undefined ? [] : [block.from.where],
    ),
    hasLimits: policy.serviceBlocks.some(({ limit }) => limit?.count !== undefined),
  };
}

/** True if the range's `for` names the service, or names none. */
export function isForService(entry: RangeEntry, service: string): boolean {
  return entry.for.length === 0 || entry.for.some((path) => path.test(service));
}

function indexRange(range: Range, position: number, excluded: readonly ExcludedPrefix[]): RangeEntry {
  const prefixes = range.prefixes.map(policyPrefix);
  const except = range.except.map(policyPrefix);
  const cuts = [...excluded.map(({ prefix }) => prefix), ...except];
  return {
    range,
    position,
    prefixes,
    cuts: cuts.filter((cut) => prefixes.some((prefix) => overlapsPrefix(cut, prefix))),
    holes: createPrefixIndex(except.map((prefix) => [prefix, prefix] as const)),
    for: range.for.map(compilePathGlob),
  };
}
