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
  const functions = new Map<string, string>();
  const allowed = new Set<string>();
  const lines: Record<Family, string> = { ipv4: '', ipv6: '' };
  for (const chunk of chunksOf(routes, { use, key: keyOf(use) })) {
    lines.ipv4 += chunk.ipv4;
    lines.ipv6 += chunk.ipv6;
    for (const [name, body] of chunk.functions) functions.set(name, body);
    for (const peer of chunk.allowed) allowed.add(peer);
  }
  const protocol = (name: string, family: Family) => `protocol static ${name} {\n  ${family};${lines[family]}\n}`;
  return {
    functions: [...functions].map(([name, body]) => `function ${name}() { ${body} }`).sort(),
    allowed,
    protocols: [protocol('routes4', 'ipv4'), protocol('routes6', 'ipv6')],
  };
}

/**
 * A run of neighbouring routes as text, each on a line of its own behind a line break. Of ten thousand routes a change
 * renders one chunk and joins the others.
 */
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

/** What was rendered last. */
let last: { readonly key: string; readonly routes: readonly DesiredRoute[]; readonly chunks: readonly Chunk[] } = {
  key: '',
  routes: [],
  chunks: [],
};

function chunksOf(routes: readonly DesiredRoute[], rendering: Rendering): readonly Chunk[] {
  const reused = reuseEnds(routes, rendering);
  // Each insertion may leave a small chunk behind; when there are too many, all are made anew.
  const isScattered = reused.length > 8 + (2 * routes.length) / CHUNK_LENGTH;
  const chunks = isScattered ? reuseChunks(routes, rendering, false) : reused;
  last = { key: rendering.key, routes, chunks };
  return chunks;
}

/** Most changes leave all but one place as it was: the chunks before and behind it are taken over as they are. */
function reuseEnds(routes: readonly DesiredRoute[], rendering: Rendering): readonly Chunk[] {
  if (last.key !== rendering.key) return reuseChunks(routes, rendering, true);
  const { chunks } = last;
  const shorter = Math.min(routes.length, last.routes.length);
  let head = 0;
  while (head < shorter && routes[head] === last.routes[head]) head++;
  const moved = routes.length - last.routes.length;
  let tail = routes.length;
  while (tail > head + Math.max(moved, 0) && routes[tail - 1] === last.routes[tail - 1 - moved]) tail--;
  let [start, front] = [0, 0];
  for (; front < chunks.length && start + lengthOf(chunks[front]) <= head; front++) start += lengthOf(chunks[front]);
  let [end, back] = [routes.length, chunks.length];
  for (; back > front && end - lengthOf(chunks[back - 1]) >= tail; back--) end -= lengthOf(chunks[back - 1]);
  const middle = reuseChunks(routes.slice(start, end), rendering, true);
  return [...chunks.slice(0, front), ...middle, ...chunks.slice(back)];
}

function lengthOf(chunk: Chunk | undefined): number {
  return chunk?.routes.length ?? 0;
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
    lines[route.prefix.includes(':') ? 'ipv6' : 'ipv4'].push(`\n  route ${route.prefix} blackhole${block};`);
  }
  const allowed = new Set(routes.flatMap((route) => route.to ?? []));
  const chunk = { key, routes, ipv4: lines.ipv4.join(''), ipv6: lines.ipv6.join(''), functions, allowed };
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
