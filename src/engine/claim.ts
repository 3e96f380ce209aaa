// A claim: what the policy makes of one address of one service, before endpoints and nodes are looked at.
// Rows 1 to 6 of the exact-route table in README.md; in: policy and Service; out: withheld, covered or exact.

import type { Place } from '../dsl/place.ts';
import type { AddressKind, Condition, EndpointRule } from '../dsl/policy.ts';
import type { Prefix } from '../dsl/prefix.ts';
import { isSingleAddress } from '../dsl/prefix.ts';
import type { ServiceAddress } from './addresses.ts';
import { isEligible } from './addresses.ts';
import { holds } from './conditions.ts';
import type { AdvertiseReason, Attributes, WithholdReason } from './decision.ts';
import type { Subject } from './fields.ts';
import type { ObjectKey, Service } from './objects.ts';
import type { PolicyIndex, RangePrefix, ServiceExclusion } from './policy-index.ts';
import { isForService } from './policy-index.ts';
import type { Settings } from './settings.ts';
import { endpointRule, exactAttributes, requiredEndpoints, resolveSettings } from './settings.ts';
import { createShare } from './share.ts';

/** Annotation of a Service that asks for exact routes of its cluster IPs. */
export const ADVERTISE_CLUSTER_IP_ANNOTATION = 'projectcalico.org/AdvertiseClusterIP';

/** One address of one service as the policy sees it. */
export interface Claim {
  readonly service: Service;
  readonly key: string;
  readonly prefix: Prefix;
  readonly addressKind: AddressKind;
  /** The range that decides mode and attributes; absent where none covers the address. */
  readonly range: RangePrefix | undefined;
  readonly settings: Settings;
  readonly trafficPolicy: 'Cluster' | 'Local';
  readonly verdict: ClaimVerdict;
  /** True if a usable endpoint of the service makes the aggregates over the address used. */
  readonly isUse: boolean;
}

/** What is known of a claim before endpoints and nodes are looked at. */
export type ClaimVerdict =
  | { readonly kind: 'withheld'; readonly reason: WithholdReason; readonly at: Place }
  | { readonly kind: 'covered'; readonly at: Place }
  | ExactVerdict;

/** Nodes may originate an exact route. */
export interface ExactVerdict {
  readonly kind: 'exact';
  readonly origin: 'endpoint-nodes' | 'all-nodes';
  /** Narrows the nodes. */
  readonly where: Condition | undefined;
  readonly require: number;
  readonly reason: AdvertiseReason;
  readonly at: Place;
  /** The statement behind a missing endpoint. */
  readonly endpointsAt: Place;
  /** The statement behind a node that was not selected. */
  readonly whereAt: Place;
}

/** Verdicts by the statement or the range that they follow from. */
const shareVerdict = createShare<Place | RangePrefix, ClaimVerdict>();
const shareAttributes = createShare<RangePrefix, Attributes>();

/** The claim of one address. In two kinds, the first counts that a range covers, else the first. */
export function evaluateClaim(index: PolicyIndex, service: Service, key: ObjectKey, address: ServiceAddress): Claim {
  const claims = address.kinds.map((kind) => evaluateKind(index, { service, key }, address.prefix, kind));
  const [first] = claims;
  if (first === undefined) throw new Error(`${address.prefix.text} stands in no kind`);
  return claims.find((claim) => !isOutside(claim)) ?? first;
}

/** True if the address may be advertised by a route or an aggregate as far as the policy and the service go. */
export function isValid(claim: Claim): boolean {
  return claim.verdict.kind !== 'withheld';
}

/** Which endpoints of the service count as usable. */
export function ruleOf(claim: Claim): EndpointRule {
  return endpointRule(claim.settings);
}

/** Attributes that the claim gives its exact route. */
export function attributesOf(claim: Claim): Attributes {
  if (claim.range === undefined) return { communities: [], localPref: undefined, med: undefined, prepend: 0 };
  return shareAttributes(claim.range, exactAttributes(claim.range.entry.range, claim.settings));
}

function evaluateKind(
  index: PolicyIndex,
  { service, key }: Pick<Claim, 'service' | 'key'>,
  prefix: Prefix,
  addressKind: AddressKind,
): Claim {
  const { range, hole } = findRange(index, key, prefix, addressKind);
  const subject = { kind: 'service', service, addressKind, family: prefix.family } as const;
  const settings = resolveSettings(index, subject);
  const trafficPolicy = trafficPolicyOf(service, addressKind);
  // As one literal: what is spread into an object is kept beside it, in memory of its own.
  const claim = (verdict: ClaimVerdict, isUse: boolean): Claim => ({
    service,
    key,
    prefix,
    addressKind,
    range,
    settings,
    trafficPolicy,
    verdict,
    isUse,
  });
  const withheld = (reason: WithholdReason, at: Place, isUse: boolean): Claim =>
    claim(shareVerdict(at, { kind: 'withheld', reason, at }), isUse);
  // Row 1.
  if (!isEligible(service)) return withheld('not-eligible', index.policy.speaker.at, false);
  // Row 2: the hole of a range is inside it as far as `for` is concerned.
  const inside = range ?? hole;
  if (inside === undefined) return withheld('outside-ranges', index.policy.speaker.at, false);
  if (!isForService(inside.entry, key)) return withheld('not-for-service', inside.entry.range.at, false);
  // Row 3.
  const [excluded] = index.excluded.covering(prefix);
  if (excluded !== undefined) return withheld('prefix-excluded', excluded.at, false);
  if (range === undefined) return withheld('prefix-excluded', inside.entry.range.at, false);
  // Row 4.
  const exclusion = index.serviceExclusions.find((one) => isExcluded(one, key, subject));
  if (exclusion !== undefined) return withheld('service-excluded', exclusion.at, false);
  // Row 5.
  if (settings.advertise?.mode === 'nothing') return withheld('override-nothing', settings.advertise.at, true);
  return claim(shareVerdict(range, exactOrCovered({ service, addressKind, settings, trafficPolicy, range })), true);
}

function isExcluded({ paths, where }: ServiceExclusion, key: string, subject: Subject): boolean {
  const isNamed = paths.length === 0 || paths.some((path) => path.test(key));
  return isNamed && (where === undefined || holds(where, subject));
}

/** The covering prefix that decides, and, where all of them have a hole at the address, the one whose hole it is. */
function findRange(
  index: PolicyIndex,
  key: string,
  prefix: Prefix,
  kind: AddressKind,
): { readonly range: RangePrefix | undefined; readonly hole: RangePrefix | undefined } {
  const covering = index.coverage[kind].covering(prefix);
  const open = covering.filter(({ entry }) => !entry.holes.covers(prefix));
  return { range: pickLongest(open, key), hole: pickLongest(covering, key) };
}

// The longest prefix decides. Where two ranges name the same prefix, the first of them that is for the service does.
function pickLongest(covering: readonly RangePrefix[], key: string): RangePrefix | undefined {
  const [longest] = covering;
  return (
    covering.find(({ entry, prefix }) => prefix.length === longest?.prefix.length && isForService(entry, key)) ??
    longest
  );
}

type RangedClaim = Pick<Claim, 'service' | 'addressKind' | 'settings' | 'trafficPolicy'> & {
  readonly range: RangePrefix;
};

// Row 6, and what rows 7 to 9 and 12 need.
function exactOrCovered(claim: RangedClaim): ClaimVerdict {
  const { from, advertise, require } = claim.settings;
  const rangeAt = claim.range.entry.range.at;
  const annotated = isExactByAnnotation(claim);
  const local = claim.trafficPolicy === 'Local';
  if (!isExact(claim, annotated) && !local) return { kind: 'covered', at: claim.range.entry.range.at };
  const origin = from?.origin ?? (local || annotated ? 'endpoint-nodes' : 'all-nodes');
  const overrideAt = advertise?.mode === 'exact' ? advertise.at : from?.at;
  const reason = advertiseReason(claim, {
    byLocalPolicy: local && from?.origin === undefined,
    overridden: overrideAt !== undefined,
    annotated,
  });
  return {
    kind: 'exact',
    origin,
    where: from?.where,
    require: requiredEndpoints(claim.settings),
    reason,
    at: reason === 'exact-override' ? (overrideAt ?? rangeAt) : rangeAt,
    endpointsAt: require?.at ?? (from?.origin === undefined ? rangeAt : from.at),
    whereAt: from?.at ?? rangeAt,
  };
}

function advertiseReason(
  claim: RangedClaim,
  because: { readonly byLocalPolicy: boolean; readonly overridden: boolean; readonly annotated: boolean },
): AdvertiseReason {
  if (because.byLocalPolicy) return 'local-endpoint';
  if (because.overridden) return 'exact-override';
  if (because.annotated) return 'exact-annotation';
  return isSingleAddress(claim.range.prefix) ? 'single-address-range' : 'exact-range';
}

function isExact(claim: RangedClaim, annotated: boolean): boolean {
  return (
    claim.settings.advertise?.mode === 'exact' ||
    annotated ||
    isSingleAddress(claim.range.prefix) ||
    claim.range.entry.range.mode.kind === 'exact'
  );
}

// Git beats the cluster: any `advertise` for the kind, `default` included, makes the annotation count for nothing.
function isExactByAnnotation(claim: RangedClaim): boolean {
  if (claim.addressKind !== 'cluster-ip' || claim.settings.advertise !== undefined) return false;
  return claim.service.annotations[ADVERTISE_CLUSTER_IP_ANNOTATION]?.toLowerCase() === 'true';
}

function trafficPolicyOf(service: Service, kind: AddressKind): 'Cluster' | 'Local' {
  if (kind !== 'cluster-ip') return service.externalTrafficPolicy;
  const external = service.type === 'ClusterIP' ? 'Cluster' : service.externalTrafficPolicy;
  return external === 'Local' || service.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster';
}

function isOutside(claim: Claim): boolean {
  const { verdict } = claim;
  if (verdict.kind !== 'withheld') return false;
  return verdict.reason === 'outside-ranges' || verdict.reason === 'not-for-service' || claim.range === undefined;
}
