// What the `service` blocks of the policy say for one address of one service: a later block overrides what an earlier
// one set, communities add up.

import { normaliseCommunities } from '../dsl/community.ts';
import type { AddressKind, EndpointRule, Range, ServiceBlock } from '../dsl/policy.ts';
import { holds } from './conditions.ts';
import type { Attributes } from './decision.ts';
import type { Subject } from './fields.ts';
import type { PolicyIndex } from './policy-index.ts';

/** The settings in force for one address of one service, each with its place where a block set it. */
export interface Settings {
  /** The blocks that match, in policy order. */
  readonly blocks: readonly ServiceBlock[];
  /** The last `advertise` that concerns the kind. */
  readonly advertise: ServiceBlock['advertise'];
  readonly from: ServiceBlock['from'];
  readonly to: ServiceBlock['to'];
  readonly require: ServiceBlock['require'];
  readonly endpoints: ServiceBlock['endpoints'];
  readonly limit: ServiceBlock['limit'];
  readonly advertiseDelay: ServiceBlock['advertiseDelay'];
}

type ServiceSubject = Extract<Subject, { readonly kind: 'service' }>;

/** Joins the blocks that match the service address. */
export function resolveSettings(index: PolicyIndex, subject: ServiceSubject): Settings {
  const path = `${subject.service.namespace}/${subject.service.name}`;
  const blocks = index.blocks
    .filter(
      ({ block, path: glob }) =>
        (glob?.test(path) ?? true) && (block.where === undefined || holds(block.where, subject)),
    )
    .map(({ block }) => block);
  if (blocks.length === 0) return NO_SETTINGS;
  return {
    blocks,
    advertise: blocks.findLast((block) => concerns(block.advertise, subject.addressKind))?.advertise,
    from: blocks.findLast((block) => block.from !== undefined)?.from,
    to: blocks.findLast((block) => block.to !== undefined)?.to,
    require: blocks.findLast((block) => block.require !== undefined)?.require,
    endpoints: blocks.findLast((block) => block.endpoints !== undefined)?.endpoints,
    limit: blocks.findLast((block) => block.limit !== undefined)?.limit,
    advertiseDelay: blocks.findLast((block) => block.advertiseDelay !== undefined)?.advertiseDelay,
  };
}

/** How many usable endpoints an exact route needs. */
export function requiredEndpoints(settings: Settings): number {
  return settings.require?.count ?? 1;
}

/** Which endpoints count as usable. */
export function endpointRule(settings: Settings): EndpointRule {
  return settings.endpoints?.rule ?? 'ready-or-last';
}

/** Attributes of an exact route: the range's, overridden by the blocks; communities add up. */
export function exactAttributes(range: Range, settings: Settings): Attributes {
  const sources = [range.attributes, ...settings.blocks.map((block) => block.attributes)];
  return {
    communities: normaliseCommunities(sources.flatMap((source) => source.communities)),
    localPref: sources.findLast((source) => source.localPref !== undefined)?.localPref,
    med: sources.findLast((source) => source.med !== undefined)?.med,
    prepend: sources.findLast((source) => source.prepend !== undefined)?.prepend ?? 0,
  };
}

const NO_SETTINGS: Settings = {
  blocks: [],
  advertise: undefined,
  from: undefined,
  to: undefined,
  require: undefined,
  endpoints: undefined,
  limit: undefined,
  advertiseDelay: undefined,
};

function concerns(advertise: ServiceBlock['advertise'], kind: AddressKind): boolean {
  return advertise !== undefined && (advertise.kinds.length === 0 || advertise.kinds.includes(kind));
}
