// Warns about a prefix of a range of which exclusions and `except` leave nothing.

import type { RangeStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { overlapsPrefix, type Prefix, splitAround } from '../prefix.ts';
import { prefixItem } from '../reachability/clause.ts';
import { createPrefixLevels, overlapping } from '../reachability/prefix-levels.ts';
import type { Report } from '../report.ts';
import type { PlacedPrefix } from '../values.ts';

/** So many of the exclusions are shown. */
const MAX_SHOWN = 3;

/** Looks at every prefix of every range. */
export function checkEmptyRanges(model: Model, report: Report): void {
  const excluded = model.statements.flatMap((node) =>
    node.kind === 'exclude-prefixes' ? model.values.prefixes(node.prefixes) : [],
  );
  const excludedFrom = createOverlaps(excluded);
  for (const range of model.scope.ranges.values()) checkRange(range, excludedFrom, model, report);
}

/** The holes that have addresses of a prefix, in order. */
type Overlaps = (prefix: Prefix) => readonly PlacedPrefix[];

function createOverlaps(holes: readonly PlacedPrefix[]): Overlaps {
  const indexes = createPrefixLevels<number[]>();
  holes.forEach(({ prefix }, index) => {
    const item = prefixItem(prefix, false);
    const same = indexes.get(item);
    if (same === undefined) indexes.set(item, [index]);
    else same.push(index);
  });
  return (prefix) => {
    const found = overlapping(prefixItem(prefix, false), indexes).flat();
    return found.sort((a, b) => a - b).flatMap((index) => holes[index] ?? []);
  };
}

function checkRange(range: RangeStatement, excludedFrom: Overlaps, { values }: Model, report: Report): void {
  const own = values.prefixes(range.except);
  for (const { prefix, span } of values.prefixes(range.prefixes)) {
    const inside = [...own.filter((hole) => overlapsPrefix(hole.prefix, prefix)), ...excludedFrom(prefix)];
    const holes = inside.map((hole) => hole.prefix);
    if (inside.length === 0 || splitAround(prefix, holes).length > 0) continue;
    const also = inside.slice(0, MAX_SHOWN).map((hole) => ({ span: hole.span, text: 'excluded here' }));
    report(span, messages['empty-range']({ prefix: prefix.text, range: range.name.text }), { also });
  }
}
