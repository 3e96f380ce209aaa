// Marks: what our filters must know of a route and no peer may see. They stand in one private attribute, a list of
// large communities that never leaves BIRD: which peers may have the route, and for conditions its range, kind and mode,
// and which of the service paths that filters ask for name its service.
// Each mark is a named constant, so that the configuration can be read: `bellbird_marks = add(bellbird_marks, 'to_tor-a');`.

import type { AddressKind } from '../dsl/policy.ts';
import type { DesiredRoute } from '../engine/desired-state.ts';
import { compilePathGlob } from '../engine/globs.ts';
import { birdSymbol, hashName } from './bird-syntax.ts';

/** The private attribute that holds the marks. */
export const MARKS = 'bellbird_marks';

/** Only the peers that have a mark of their own may have the route. */
export const TO_SOME = 'to_only_marked';
export const IS_AGGREGATE = 'is_aggregate';
export const IS_EXACT = 'is_exact';

const KIND_MARKS = {
  'cluster-ip': 'kind_cluster_ip',
  'external-ip': 'kind_external_ip',
  'load-balancer-ip': 'kind_load_balancer_ip',
} as const satisfies Record<AddressKind, string>;

/** Which marks the routes carry besides those for `to`: only what a filter of this node asks for. */
export interface MarkUse {
  readonly range: boolean;
  readonly kind: boolean;
  readonly mode: boolean;
  /** Every `namespace/name` glob that some filter asks for, sorted. */
  readonly services: readonly ServicePath[];
}

/** A glob over services, compiled once for all routes. */
export interface ServicePath {
  readonly path: string;
  readonly glob: RegExp;
}

/** The service paths of filters, each once. */
export function servicePaths(paths: Iterable<string>): readonly ServicePath[] {
  return [...new Set(paths)].sort().map((path) => ({ path, glob: compilePathGlob(path) }));
}

/** The mark for an address kind; undefined for a word that is none. */
export function kindMark(kind: string): string | undefined {
  return kind === 'cluster-ip' || kind === 'external-ip' || kind === 'load-balancer-ip' ? KIND_MARKS[kind] : undefined;
}

/** The mark for a range. */
export function rangeMark(range: string): string {
  return birdSymbol('range', range);
}

/** The mark of routes whose service the path names. */
export function serviceMark(path: string): string {
  return birdSymbol('service', path);
}

/** The mark that lets one peer have a route. */
export function toMark(peer: string): string {
  return birdSymbol('to', peer);
}

/** Whether a route has the mark, as a BIRD expression; false for a route without any. */
export function hasMark(mark: string): string {
  return `(${mark} ~ ${MARKS})`;
}

/** The marks that one route carries. */
export function marksOf(route: DesiredRoute, use: MarkUse): readonly string[] {
  const marks: string[] = [];
  if (route.to !== undefined) marks.push(TO_SOME, ...route.to.map(toMark));
  if (use.range) marks.push(rangeMark(route.range));
  if (use.kind) marks.push(KIND_MARKS[route.addressKind]);
  if (use.mode) marks.push(route.aggregate ? IS_AGGREGATE : IS_EXACT);
  const { service } = route;
  if (service !== undefined) {
    for (const { path, glob } of use.services) if (glob.test(service)) marks.push(serviceMark(path));
  }
  return marks;
}

/** The definitions of every mark, for these ranges, peers and service paths. */
export function renderMarkDefinitions(
  ranges: Iterable<string>,
  peers: Iterable<string>,
  services: readonly ServicePath[],
): readonly string[] {
  const named = (names: Iterable<string>, group: number, mark: (name: string) => string) =>
    [...new Set(names)].sort().map((name) => `define ${mark(name)} = (${[group, ...hashName(name)].join(',')});`);
  return [
    `define ${TO_SOME} = (1,0,0);`,
    ...named(peers, 2, toMark),
    ...named(ranges, 3, rangeMark),
    ...named(
      services.map(({ path }) => path),
      6,
      serviceMark,
    ),
    `define ${IS_EXACT} = (4,0,1);`,
    `define ${IS_AGGREGATE} = (4,0,2);`,
    ...Object.values(KIND_MARKS).map((mark, index) => `define ${mark} = (5,0,${index + 1});`),
  ];
}
