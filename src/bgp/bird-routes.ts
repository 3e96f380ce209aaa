// Routes to originate, as static protocols: one per family, a blackhole route per prefix, so that nothing is installed
// in the node's own kernel. What differs from route to route (marks and attributes) stands in a function that the
// route's block calls, one function for all routes that have the same: BIRD reads and compares that in half the time.
// What must not reach the wire as it is (med, prepend) goes through private attributes into the export filter.

import type { Family } from '../dsl/prefix.ts';
import type { DesiredRoute } from '../engine/desired-state.ts';
import { MARKS, type MarkUse, marksOf } from './bird-marks.ts';
import { birdCommunity, communityAttribute, hashText } from './bird-syntax.ts';

/** A static route's med does not reach an eBGP peer, one set in the export filter does. */
export const MED = 'bellbird_med';
/** How often the local AS of the session is prepended, which differs from session to session. */
export const PREPEND = 'bellbird_prepend';

/** The routes of both families, and what the rest of the configuration must define for them. */
export interface RenderedRoutes {
  /** One line per function, sorted. */
  readonly functions: readonly string[];
  /** The peers that some `to` names, whether or not this node runs them. */
  readonly allowed: ReadonlySet<string>;
  /** The static protocols as text, the routes in the order given. */
  readonly protocols: readonly [string, string];
}

/** The static protocols with their routes. */
export function renderRoutes(routes: readonly DesiredRoute[], use: MarkUse): RenderedRoutes {
  const chunks = chunksOf(routes, { use, key: keyOf(use) });
  const functions = new Map(chunks.flatMap((chunk) => [...chunk.functions]));
  const protocol = (name: string, family: Family) =>
    [`protocol static ${name} {`, `  ${family};`, ...chunks.flatMap((chunk) => chunk[family] || []), '}'].join('\n');
  return {
    functions: [...functions].map(([name, body]) => `function ${name}() { ${body} }`).sort(),
    allowed: new Set(chunks.flatMap((chunk) => [...chunk.allowed])),
    protocols: [protocol('routes4', 'ipv4'), protocol('routes6', 'ipv6')],
  };
}

/** A run of neighbouring routes as text. Of ten thousand routes a change renders one chunk and joins the others. */
interface Chunk {
  readonly key: string;
  readonly routes: readonly DesiredRoute[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly functions: ReadonlyMap<string, string>;
  readonly allowed: ReadonlySet<string>;
}

interface Rendering {
  readonly use: MarkUse;
  /** The same as one text. */
  readonly key: string;
}

function keyOf({ range, kind, mode, services }: MarkUse): string {
  return [range, kind, mode, ...services.map(({ path }) => path)].join(' ');
}

const CHUNK_LENGTH = 32;

/** Chunks by their first route. The engine keeps the object of a route that does not change. */
const known = new WeakMap<DesiredRoute, Chunk>();

function chunksOf(routes: readonly DesiredRoute[], rendering: Rendering): readonly Chunk[] {
  const chunks = reuseChunks(routes, rendering, true);
  // Each insertion may leave a small chunk behind; when there are too many, all are made anew.
  const isScattered = chunks.length > 8 + (2 * routes.length) / CHUNK_LENGTH;
  return isScattered ? reuseChunks(routes, rendering, false) : chunks;
}

function reuseChunks(routes: readonly DesiredRoute[], rendering: Rendering, mayReuse: boolean): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let pending: DesiredRoute[] = [];
  const flush = () => {
    if (pending.length > 0) chunks.push(renderChunk(pending, rendering));
    pending = [];
  };
  for (let index = 0; index < routes.length; ) {
    const chunk = mayReuse ? chunkAt(routes, index, rendering.key) : undefined;
    const route = routes[index];
    if (chunk !== undefined) {
      flush();
      chunks.push(chunk);
      index += chunk.routes.length;
    } else if (route !== undefined) {
      pending.push(route);
      index += 1;
      if (pending.length === CHUNK_LENGTH) flush();
    }
  }
  flush();
  return chunks;
}

/** The known chunk that the routes from here on are, object by object. */
function chunkAt(routes: readonly DesiredRoute[], index: number, key: string): Chunk | undefined {
  const first = routes[index];
  const chunk = first === undefined ? undefined : known.get(first);
  if (chunk === undefined || chunk.key !== key) return undefined;
  for (let offset = 1; offset < chunk.routes.length; offset++) {
    if (routes[index + offset] !== chunk.routes[offset]) return undefined;
  }
  return chunk;
}

function renderChunk(routes: readonly DesiredRoute[], { use, key }: Rendering): Chunk {
  const lines: Record<Family, string[]> = { ipv4: [], ipv6: [] };
  const functions = new Map<string, string>();
  for (const route of routes) {
    const body = renderBody(route, use);
    const name = body === '' ? undefined : nameOf(body);
    if (name !== undefined) functions.set(name, body);
    const block = name === undefined ? '' : ` { ${name}(); }`;
    lines[route.prefix.includes(':') ? 'ipv6' : 'ipv4'].push(`  route ${route.prefix} blackhole${block};`);
  }
  const allowed = new Set(routes.flatMap((route) => route.to ?? []));
  const chunk = { key, routes, ipv4: lines.ipv4.join('\n'), ipv6: lines.ipv6.join('\n'), functions, allowed };
  const [first] = routes;
  if (first !== undefined) known.set(first, chunk);
  return chunk;
}

/** Thousands of routes have a handful of bodies; the bound keeps a long life with many policies small. */
const names = new Map<string, string>();
const MOST_NAMES = 1_000;

/** The name comes from the body: BIRD takes a route for unchanged if its function has the same name and is the same. */
function nameOf(body: string): string {
  const found = names.get(body);
  if (found !== undefined) return found;
  if (names.size >= MOST_NAMES) names.clear();
  const name = `route_${hashText(body)}`;
  names.set(body, name);
  return name;
}

function renderBody(route: DesiredRoute, use: MarkUse): string {
  const { communities, localPref, med, prepend } = route.attributes;
  return [
    ...marksOf(route, use).map((mark) => addTo(MARKS, mark)),
    ...(med === undefined ? [] : [`${MED} = ${med};`]),
    ...(prepend === 0 ? [] : [`${PREPEND} = ${prepend};`]),
    ...(localPref === undefined ? [] : [`bgp_local_pref = ${localPref};`]),
    ...communities.map((community) => addTo(communityAttribute(community), birdCommunity(community))),
  ].join(' ');
}

function addTo(attribute: string, value: string): string {
  return `${attribute} = add(${attribute}, ${value});`;
}
