// A range makes sense on its own: its holes are inside it, its blocks fit its prefixes, and it is no default route.

import type { ModeClause, RangeStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { addressBits, containsPrefix, type Family, isSingleAddress, type Prefix } from '../prefix.ts';
import type { Report } from '../report.ts';
import { isMissing } from '../scope.ts';
import type { PlacedPrefix } from '../values.ts';

/** Without `when used`, so many blocks at most: every one of them is a route on every node. */
export const MAX_BLOCKS = 1024;

/** Checks every range by itself. */
export function checkRanges(model: Model, report: Report): void {
  for (const range of model.statements) {
    if (range.kind !== 'range') continue;
    const prefixes = model.values.prefixes(range.prefixes);
    checkHoles(range, prefixes, model, report);
    checkAggregates(range, prefixes, report);
    if (range.mode?.mode === 'aggregate') checkBlocks(range.mode, prefixes, report);
    if (range.addressKind === 'external-ip' && range.for.length === 0 && !isMissing(range.name)) {
      report(range.name.span, messages['external-ip-for-anyone']({ range: range.name.text }));
    }
  }
}

function checkHoles(range: RangeStatement, prefixes: readonly PlacedPrefix[], model: Model, report: Report): void {
  for (const hole of model.values.prefixes(range.except)) {
    if (prefixes.length === 0 || prefixes.some(({ prefix }) => containsPrefix(prefix, hole.prefix))) continue;
    report(hole.span, messages['except-outside']({ prefix: hole.prefix.text, range: range.name.text }), {
      also: prefixes.slice(0, 1).map(({ span }) => ({ span, text: 'the range' })),
    });
  }
}

function checkAggregates(range: RangeStatement, prefixes: readonly PlacedPrefix[], report: Report): void {
  const isAggregate =
    (range.mode?.mode ?? (range.addressKind === 'cluster-ip' ? 'aggregate' : 'exact')) === 'aggregate';
  if (!isAggregate) return;
  for (const { prefix, span } of prefixes) {
    if (prefix.length === 0) report(span, messages['default-route-aggregate']({ prefix: prefix.text }));
  }
}

function checkBlocks(mode: ModeClause, prefixes: readonly PlacedPrefix[], report: Report): void {
  const families = new Set(prefixes.map(({ prefix }) => prefix.family));
  const [first, second, third] = mode.lengths;
  if (first === undefined) return;
  if (third !== undefined) {
    report(
      third.span,
      messages['block-length']({
        message: 'a range has at most two block lengths',
        label: 'a third one',
        help: 'remove it',
      }),
    );
    return;
  }
  if (second !== undefined && families.size === 1) {
    const label = 'no prefix of its family here';
    const span = families.has('ipv4') ? second.span : first.span;
    report(
      span,
      messages['block-length']({ message: 'two block lengths are for two families', label, help: 'remove it' }),
    );
    return;
  }
  if (second === undefined && families.size === 2) {
    const message = 'a range of two families needs two block lengths';
    const help = `write for example \`aggregate /${first.value}, /64\``;
    report(first.span, messages['block-length']({ message, label: 'for which family?', help }));
    return;
  }
  const family: Family = second === undefined && families.has('ipv6') ? 'ipv6' : 'ipv4';
  checkLength(first, family, mode, prefixes, report);
  if (second !== undefined) checkLength(second, 'ipv6', mode, prefixes, report);
}

function checkLength(
  length: ModeClause['lengths'][number],
  family: Family,
  mode: ModeClause,
  prefixes: readonly PlacedPrefix[],
  report: Report,
): void {
  const own = prefixes.filter(({ prefix }) => prefix.family === family && !isSingleAddress(prefix));
  if (length.value > addressBits(family)) {
    report(length.span, messages['length-out-of-range']({ family, max: addressBits(family) }));
    return;
  }
  const longer = own.find(({ prefix }) => prefix.length > length.value);
  if (longer !== undefined) {
    const message = `a block of /${length.value} is larger than \`${longer.prefix.text}\``;
    const help = `write \`/${longer.prefix.length}\` or longer`;
    report(length.span, messages['block-length']({ message, label: 'shorter than the prefix', help }), {
      also: [{ span: longer.span, text: 'the prefix' }],
    });
    return;
  }
  const blocks = own.reduce((sum, { prefix }) => sum + blockCount(prefix, length.value), 0n);
  if (!mode.whenUsed && blocks > MAX_BLOCKS) {
    report(length.span, messages['too-many-blocks']({ count: String(blocks), max: MAX_BLOCKS }));
  }
}

function blockCount(prefix: Prefix, length: number): bigint {
  return 1n << BigInt(length - prefix.length);
}
