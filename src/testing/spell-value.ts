// Values of the tree → the text of their tokens.

import { assertNever } from '../dsl/assert-never.ts';
import type { Value, Word } from '../dsl/ast.ts';
import { type Community, renderCommunity, WELL_KNOWN_COMMUNITIES } from '../dsl/community.ts';

/** Ways of writing that mean the same. */
export interface Spelling {
  /** A comma after the last value in parentheses. */
  readonly trailingCommas: boolean;
}

/** The text of a literal, a reference or a word. */
export function spellValue(value: Value | Word): string {
  switch (value.kind) {
    case 'integer':
      return String(value.value);
    case 'asn':
      return spellAsn(value.value ?? 0);
    case 'string':
      return spellString(value.value);
    case 'address':
    case 'prefix':
      return value.value?.text ?? '';
    case 'community':
      return value.value === undefined ? '' : spellCommunity(value.value);
    case 'duration':
      return spellDuration(value.value ?? 0);
    case 'percent':
      return `${value.value}%`;
    case 'path':
      return value.value;
    case 'length':
      return `/${value.value}`;
    case 'ref':
      return value.quoted ? spellString(value.text) : value.text;
    case 'word':
      return value.text;
    default:
      return assertNever(value);
  }
}

/** A string literal. */
export function spellString(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  const plain = escaped.replace(/\p{Cc}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
  return `"${plain}"`;
}

/** A list without parentheses. */
export function bare(values: readonly (Value | Word)[]): readonly string[] {
  return values.flatMap((value, index) => (index === 0 ? [spellValue(value)] : [',', spellValue(value)]));
}

/** A single value as it is, several in parentheses. */
export function set(values: readonly (Value | Word)[], spelling: Spelling): readonly string[] {
  return values.length === 1 ? bare(values) : list(values, spelling);
}

/** A list in parentheses. */
export function list(values: readonly (Value | Word)[], { trailingCommas }: Spelling): readonly string[] {
  return ['(', ...bare(values), ...(trailingCommas ? [','] : []), ')'];
}

function spellAsn(asn: number): string {
  return asn > 0xffff ? `${Math.floor(asn / 65536)}.${asn % 65536}` : `AS${asn}`;
}

function spellCommunity(community: Community): string {
  const text = renderCommunity(community);
  const known = Object.entries(WELL_KNOWN_COMMUNITIES).find(([, value]) => renderCommunity(value) === text);
  return known?.[0] ?? text;
}

function spellDuration(milliseconds: number): string {
  if (milliseconds % 3_600_000 === 0) return `${milliseconds / 3_600_000}h`;
  if (milliseconds % 60_000 === 0) return `${milliseconds / 60_000}m`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
