// Routes to originate, as static protocols: one per family, a blackhole route per prefix, so that nothing is installed
// in the node's own kernel. Only what differs from route to route stands in a route's block; the rest is in filters.
// What must not reach the wire as it is (med, prepend) goes through private attributes into the export filter.

import type { Family } from '../dsl/prefix.ts';
import type { DesiredRoute } from '../engine/desired-state.ts';
import { MARKS, type MarkUse, marksOf } from './bird-marks.ts';
import { birdCommunity, communityAttribute } from './bird-syntax.ts';

/** A static route's med does not reach an eBGP peer, one set in the export filter does. */
export const MED = 'bellbird_med';
/** How often the local AS of the session is prepended, which differs from session to session. */
export const PREPEND = 'bellbird_prepend';

/** `routes4` or `routes6`, the name of the static protocol of a family. */
export function staticProtocol(family: Family): string {
  return family === 'ipv4' ? 'routes4' : 'routes6';
}

/** The static protocol of one family with its routes, in the order given. */
export function renderRoutes(family: Family, routes: readonly DesiredRoute[], use: MarkUse): string {
  const flags = (use.range ? 1 : 0) | (use.kind ? 2 : 0) | (use.mode ? 4 : 0);
  const lines: string[] = [`protocol static ${staticProtocol(family)} {`, `  ${family};`];
  for (const route of routes) {
    if (route.prefix.includes(':') === (family === 'ipv6')) lines.push(renderRouteCached(route, use, flags));
  }
  lines.push('}');
  return lines.join('\n');
}

/** Lines by route object: of ten thousand routes a change leaves all but a few as they are. */
const rendered = new WeakMap<DesiredRoute, { readonly flags: number; readonly line: string }>();

function renderRouteCached(route: DesiredRoute, use: MarkUse, flags: number): string {
  const known = rendered.get(route);
  if (known?.flags === flags) return known.line;
  const line = renderRoute(route, use);
  rendered.set(route, { flags, line });
  return line;
}

function renderRoute(route: DesiredRoute, use: MarkUse): string {
  const { communities, localPref, med, prepend } = route.attributes;
  const statements = [
    ...marksOf(route, use).map((mark) => addTo(MARKS, mark)),
    ...(med === undefined ? [] : [`${MED} = ${med};`]),
    ...(prepend === 0 ? [] : [`${PREPEND} = ${prepend};`]),
    ...(localPref === undefined ? [] : [`bgp_local_pref = ${localPref};`]),
    ...communities.map((community) => addTo(communityAttribute(community), birdCommunity(community))),
  ];
  const block = statements.length === 0 ? '' : ` { ${statements.join(' ')} }`;
  return `  route ${route.prefix} blackhole${block};`;
}

/** The form that every BIRD 2 takes inside a route's block. */
function addTo(attribute: string, value: string): string {
  return `${attribute} = add(${attribute}, ${value});`;
}
