// Warns where two ranges of one kind share addresses. The longest prefix decides then, which is easily overlooked.

import type { RangeStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { comparePrefixes, containsPrefix } from '../prefix.ts';
import type { Report } from '../report.ts';
import type { PlacedPrefix } from '../values.ts';

/** Reports each pair of ranges once. Prefixes either contain each other or are apart, so one sorted pass is enough. */
export function checkOverlappingRanges(model: Model, report: Report): void {
  for (const kind of ['cluster-ip', 'external-ip', 'load-balancer-ip'] as const) {
    const entries = model.statements
      .flatMap((range) => (range.kind === 'range' && range.addressKind === kind ? entriesOf(range, model) : []))
      .sort((a, b) => comparePrefixes(a.prefix, b.prefix));
    const around: Entry[] = [];
    const told = new Set<string>();
    for (const entry of entries) {
      while (around.length > 0 && !contains(around.at(-1), entry)) around.pop();
      const outer = around.findLast((candidate) => candidate.range !== entry.range && !isCutOut(candidate, entry));
      if (outer !== undefined) reportPair(entry, outer, told, report);
      around.push(entry);
    }
  }
}

interface Entry extends PlacedPrefix {
  readonly range: RangeStatement;
  readonly holes: readonly PlacedPrefix[];
}

function entriesOf(range: RangeStatement, { values }: Model): readonly Entry[] {
  const holes = values.prefixes(range.except);
  return values.prefixes(range.prefixes).map((placed) => ({ ...placed, range, holes }));
}

function contains(outer: Entry | undefined, inner: Entry): boolean {
  return outer !== undefined && containsPrefix(outer.prefix, inner.prefix);
}

/** A hole of the outer range leaves room for the inner one. */
function isCutOut(outer: Entry, inner: Entry): boolean {
  return outer.holes.some((hole) => containsPrefix(hole.prefix, inner.prefix));
}

function reportPair(inner: Entry, outer: Entry, told: Set<string>, report: Report): void {
  const pair = `${inner.range.span.start} ${inner.range.span.source.path} ${outer.range.span.start} ${outer.range.span.source.path}`;
  if (told.has(pair)) return;
  told.add(pair);
  const { text } = inner.prefix;
  const params = { inner: text, outer: outer.prefix.text, range: outer.range.name.text, kind: outer.range.addressKind };
  report(inner.span, messages['overlapping-ranges'](params), {
    also: [{ span: outer.span, text: inner.prefix.text === outer.prefix.text ? 'the first' : 'the shorter prefix' }],
  });
}
