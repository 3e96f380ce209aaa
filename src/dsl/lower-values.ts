// Small pieces of lowering that several statements share.

import type { AddressValue, AttributeSetting, DurationLiteral, FromObject, PrefixValue } from './ast.ts';
import { type Community, normaliseCommunities } from './community.ts';
import type { GracefulRestart, PerNode, RouteAttributes } from './policy.ts';
import { placeOf } from './span.ts';
import type { Values } from './values.ts';

/** Canonical texts of prefixes, in the order written. */
export function prefixTexts(values: Values, nodes: readonly PrefixValue[]): readonly string[] {
  return values.plainPrefixes(nodes).map(({ text }) => text);
}

/** `label "k"` and `annotation "k"` stay a question to the node. */
export function lowerFromObject(node: FromObject): Exclude<PerNode<never>, { kind: 'literal' }> {
  return { kind: node.kind, key: node.key.value, at: placeOf(node.span) };
}

/** An address that is written, or read from the node. */
export function lowerAddress(node: AddressValue | FromObject, values: Values): PerNode<string> | undefined {
  if (node.kind === 'label' || node.kind === 'annotation') return lowerFromObject(node);
  const address = values.address(node);
  return address === undefined ? undefined : { kind: 'literal', value: address.text };
}

/** A graceful restart time, or off. */
export function lowerGracefulRestart(value: DurationLiteral | undefined): GracefulRestart {
  return value?.value === undefined ? { kind: 'off' } : { kind: 'on', timeMs: value.value };
}

/** The attributes that settings give; communities add up. */
export function lowerAttributes(settings: readonly AttributeSetting[], values: Values): RouteAttributes {
  const communities: Community[] = [];
  const numbers = new Map<string, number>();
  for (const setting of settings) {
    if (setting.setting === 'community') communities.push(...values.communities(setting.values));
    else numbers.set(setting.setting, setting.value.value);
  }
  return {
    communities: normaliseCommunities(communities),
    localPref: numbers.get('local-pref'),
    med: numbers.get('med'),
    prepend: numbers.get('prepend'),
  };
}
