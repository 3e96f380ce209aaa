// Blackholes for packets that no service took. They stand in kernel tables of their own, one for each length of an
// aggregate, which rules ask about forwarded packets only, each after the main table was asked for a route that is as
// long or longer. So the longest prefix decides, as within one table, and packets of the node itself never get here:
// their destination is that of the service until it is translated, which is after they were routed.

import { containsPrefix, type Family, parsePrefix } from '../dsl/prefix.ts';
import type { DesiredState, LoopProtection } from '../engine/desired-state.ts';

/** The aggregates of one length in one family, and the kernel table that their blackholes are in. */
export interface LoopTable {
  readonly family: Family;
  readonly length: number;
  readonly table: number;
  readonly prefixes: readonly string[];
}

/** Kernel tables have numbers of 32 bits; those of tools and of other programs are small, or named in rt_tables. */
const FIRST_TABLE = 179_000;

/** How soon BIRD puts back what somebody else took away. */
const SCAN_S = 20;

/** The tables behind `loop-protection`, the longest prefixes of each family first. */
export function loopTables({ speaker, routes }: Pick<DesiredState, 'speaker' | 'routes'>): readonly LoopTable[] {
  if (speaker.loopProtection === undefined) return [];
  const tables = new Map<string, LoopTable & { readonly prefixes: string[] }>();
  for (const { prefix: text, aggregate } of routes) {
    const prefix = aggregate ? parsePrefix(text) : undefined;
    if (prefix === undefined || isOnLink(text, speaker.loopProtection)) continue;
    const { family, length } = prefix;
    const table = tables.get(`${family} ${length}`) ?? { family, length, table: FIRST_TABLE + length, prefixes: [] };
    tables.set(`${family} ${length}`, table);
    table.prefixes.push(text);
  }
  return [...tables.values()].sort((a, b) =>
    a.family === b.family ? b.length - a.length : a.family < b.family ? -1 : 1,
  );
}

/** For each table of the kernel one of BIRD, filled by a static protocol and emptied into the kernel's. */
export function renderLoopTables(tables: readonly LoopTable[], action: LoopProtection['action']): readonly string[] {
  const target = action === 'drop' ? 'blackhole' : 'unreachable';
  return tables.flatMap(({ family, length, table, prefixes }) => {
    const name = `loop${family.slice(-1)}_${length}`;
    return [
      `${family} table ${name};`,
      `protocol static aggregates_${name} {`,
      `  ${family} { table ${name}; };`,
      ...prefixes.map((prefix) => `  route ${prefix} ${target};`),
      '}',
      `protocol kernel kernel_${name} {`,
      `  kernel table ${table};`,
      `  scan time ${SCAN_S};`,
      `  ${family} { table ${name}; import none; export all; };`,
      '}',
    ];
  });
}

/** Of a network that the node is connected to, hosts answer by themselves: nothing goes back to the router. */
function isOnLink(text: string, { networks }: LoopProtection): boolean {
  const prefix = parsePrefix(text);
  if (prefix === undefined) return false;
  return networks.some((network) => {
    const outer = parsePrefix(network);
    return outer !== undefined && containsPrefix(outer, prefix);
  });
}
