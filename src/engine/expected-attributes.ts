// The attributes an `expect` names, compared with those a peer is offered.

import { renderCommunity } from '../dsl/community.ts';
import type { RouteAttributes } from '../dsl/policy.ts';
import type { WireAttributes } from './decision.ts';
import { listNames } from './wording.ts';

/** True if the route has every expected attribute; what is not expected does not matter. */
export function hasAttributes(wire: WireAttributes, expected: RouteAttributes, localAs: number | undefined): boolean {
  return missingFrom(wire, expected, localAs).length === 0;
}

/** `community 64512:200 and prepend 2`; empty if nothing is expected. */
export function attributesInWords(expected: RouteAttributes): string {
  return listNames(namesOf(expected));
}

/** `with med 50, not with med 60`: what a route has, and what it should have. */
export function differencesInWords(
  wire: WireAttributes,
  expected: RouteAttributes,
  localAs: number | undefined,
): string {
  const { communities, localPref, med, prepend } = wire;
  const has = [
    ...communities.map((community) => `community ${renderCommunity(community)}`),
    ...(localPref === undefined ? [] : [`local-pref ${localPref}`]),
    ...(med === undefined ? [] : [`med ${med}`]),
    ...(prepend.length === 0 ? [] : [prependInWords(prepend, localAs)]),
  ];
  const own = has.length === 0 ? 'without attributes' : `with ${listNames(has)}`;
  return `${own}, not with ${listNames(missingFrom(wire, expected, localAs))}`;
}

function missingFrom(wire: WireAttributes, expected: RouteAttributes, localAs: number | undefined): readonly string[] {
  const communities = new Set(wire.communities.map(renderCommunity));
  const missing = expected.communities.map(renderCommunity).filter((text) => !communities.has(text));
  return namesOf({
    communities: expected.communities.filter((community) => missing.includes(renderCommunity(community))),
    localPref: expected.localPref === wire.localPref ? undefined : expected.localPref,
    med: expected.med === wire.med ? undefined : expected.med,
    prepend: expected.prepend === timesPrepended(wire.prepend, localAs) ? undefined : expected.prepend,
  });
}

function namesOf({ communities, localPref, med, prepend }: RouteAttributes): readonly string[] {
  return [
    ...communities.map((community) => `community ${renderCommunity(community)}`),
    ...(localPref === undefined ? [] : [`local-pref ${localPref}`]),
    ...(med === undefined ? [] : [`med ${med}`]),
    ...(prepend === undefined ? [] : [`prepend ${prepend}`]),
  ];
}

/** How often the local AS was prepended; undefined if any other AS was. */
function timesPrepended(path: readonly number[], localAs: number | undefined): number | undefined {
  return path.every((as) => as === localAs) ? path.length : undefined;
}

function prependInWords(path: readonly number[], localAs: number | undefined): string {
  return `prepend ${timesPrepended(path, localAs) ?? `as (${path.join(', ')})`}`;
}
