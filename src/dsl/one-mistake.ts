// What was reported → one diagnostic for each mistake. A piece of text that is no token, and the syntax error that comes of
// it, are one mistake; so is a statement that is not understood with all that is in it; so is a habit of another
// language that a file has in many places.

import type { Diagnostic } from './diagnostic.ts';
import type { Span } from './span.ts';
import { count } from './wording.ts';

/** A diagnostic as it was reported. */
export interface Reported {
  readonly diagnostic: Diagnostic;
  /** Its primary place. */
  readonly span: Span;
  /** The text that it says all about. */
  readonly covers?: Span | undefined;
  /** What diagnostics of a file have in common that are told once. */
  readonly habit?: string | undefined;
}

/** What a text is made of is wrong: said first, and by the way only where more is wrong at its place. */
const OF_TEXT: ReadonlySet<string> = new Set([
  'unknown-character',
  'malformed-literal',
  'name-needs-quotes',
  'single-quotes',
  'missing-space',
  'host-bits',
  'leading-zero',
  'length-out-of-range',
  'octet-out-of-range',
  'zone-id',
  'mapped-address',
  'malformed-address',
  'as-out-of-range',
  'community-out-of-range',
]);

/** What knows more about a place than that its text is wrong. */
const OF_PLACE: ReadonlySet<string> = new Set([
  'syntax-error',
  'unknown-statement',
  'unknown-setting',
  'unknown-value',
  'unknown-filter',
  'unknown-peer',
  'unknown-range',
  'unknown-template',
]);

/** What is wrong with braces goes with the statement that they are in. */
const OF_BRACES: ReadonlySet<string> = new Set(['unclosed-block', 'stray-brace']);

/** One diagnostic for each mistake; in the order given. */
export function oneForEachMistake(reported: readonly Reported[]): readonly Reported[] {
  const places = new Set(reported.filter(({ diagnostic }) => OF_PLACE.has(diagnostic.code)).map(placeOf));
  const covered = reported.flatMap(({ covers }) => covers ?? []);
  const unreadable = new Set(
    reported.flatMap(({ diagnostic, span }) => (diagnostic.code === 'undecodable-text' ? span.source : [])),
  );
  const kept = reported.filter((each) => {
    const { code } = each.diagnostic;
    if (!OF_TEXT.has(code) && !OF_BRACES.has(code)) return true;
    if (OF_TEXT.has(code) && places.has(placeOf(each))) return false;
    if (isReplacement(each.span) && unreadable.has(each.span.source)) return false;
    return !covered.some((span) => isInside(each.span, span));
  });
  return joinHabits(kept);
}

function placeOf({ span }: Reported): string {
  return `${span.source.path} ${span.start}`;
}

function isInside(inner: Span, outer: Span): boolean {
  return inner.source === outer.source && inner.start >= outer.start && inner.end <= outer.end;
}

/** True for the character that stands for what could not be decoded. */
function isReplacement({ source, start }: Span): boolean {
  return source.text.charAt(start) === '\uFFFD';
}

function joinHabits(reported: readonly Reported[]): readonly Reported[] {
  const groups = new Map<string, Reported[]>();
  for (const each of reported) {
    if (each.habit === undefined) continue;
    const key = `${each.span.source.path} ${each.habit}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  const joined = new Map<Reported, Reported | undefined>();
  for (const group of groups.values()) {
    const [first, ...others] = group.sort((a, b) => a.span.start - b.span.start);
    for (const other of others) joined.set(other, undefined);
    if (first !== undefined && others.length > 0) joined.set(first, joinInto(first, others));
  }
  return joined.size === 0
    ? reported
    : reported.flatMap((each) => (joined.has(each) ? (joined.get(each) ?? []) : [each]));
}

/** The first diagnostic of a habit, with the number of the others, and all that repairs them. */
function joinInto(first: Reported, others: readonly Reported[]): Reported {
  const { fixes = [], notes, ...diagnostic } = first.diagnostic;
  // What closes belongs to what it closes.
  const more = others.filter(({ span }) => !/[\]\u201d\u2019\u00bb]/.test(span.source.text.charAt(span.start))).length;
  const [fix] = fixes;
  const edits = others.flatMap((other) => other.diagnostic.fixes?.[0]?.edits ?? []);
  return {
    ...first,
    diagnostic: {
      ...diagnostic,
      notes: more === 0 ? notes : [...notes, `the same in ${count(more, 'more place')} of this file`],
      ...(fix !== undefined && { fixes: [{ ...fix, edits: [...fix.edits, ...edits] }] }),
    },
  };
}
