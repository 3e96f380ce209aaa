// Warns about a prefix of a range of which exclusions and `except` leave nothing.

import type { RangeStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { overlapsPrefix, splitAround } from '../prefix.ts';
import type { Report } from '../report.ts';
import type { PlacedPrefix } from '../values.ts';

/** So many of the exclusions are shown. */
const MAX_SHOWN = 3;

/** Looks at every prefix of every range. */
export function checkEmptyRanges(model: Model, report: Report): void {
  const excluded = model.statements.flatMap((node) =>
    node.kind === 'exclude-prefixes' ? model.values.prefixes(node.prefixes) : [],
  );
  for (const range of model.scope.ranges.values()) checkRange(range, excluded, model, report);
}

function checkRange(range: RangeStatement, excluded: readonly PlacedPrefix[], { values }: Model, report: Report): void {
  const holes = [...values.prefixes(range.except), ...excluded];
  for (const { prefix, span } of values.prefixes(range.prefixes)) {
    const inside = holes.filter((hole) => overlapsPrefix(hole.prefix, prefix));
    if (
      inside.length === 0 ||
      splitAround(
        prefix,
        inside.map((hole) => hole.prefix),
      ).length > 0
    )
      continue;
    const also = inside.slice(0, MAX_SHOWN).map((hole) => ({ span: hole.span, text: 'excluded here' }));
    report(span, messages['empty-range']({ prefix: prefix.text, range: range.name.text }), { also });
  }
}
