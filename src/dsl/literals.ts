// Literal tokens → values. Text that has the right shape but a wrong value (host bits, leading zeros, numbers that do
// not fit) is reported here with what was probably meant; the literal then has an undefined value.

import type { IToken } from 'chevrotain';
import { decodeAddress, decodePrefix } from './address-literals.ts';
import type { AsnLiteral, CommunityLiteral, Literal, StringLiteral } from './ast.ts';
import { type Community, genericCommunity } from './community.ts';
import { parseDuration } from './duration.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import type { Span } from './span.ts';
import {
  Address4,
  Address6,
  AsDot,
  AsNumber,
  Duration,
  ExtendedCommunity,
  Integer,
  LargeCommunity,
  Length,
  Path,
  Percent,
  Prefix4,
  Prefix6,
  StandardCommunity,
  StringToken,
} from './tokens.ts';

const MAX_16 = 0xffff;
const MAX_32 = 0xffff_ffff;

/** The literal a token stands for; undefined for a token that is no literal. */
export function decodeLiteral(token: IToken, span: Span, report: Report): Literal | undefined {
  const text = token.image;
  switch (token.tokenType) {
    case Integer:
      return { kind: 'integer', value: Number(text), span };
    case StringToken:
      return decodeString(text, span, report);
    case Prefix4:
    case Prefix6:
      return decodePrefix(text, span, report);
    case Address4:
    case Address6:
      return decodeAddress(text, span, report);
    case StandardCommunity:
      return { kind: 'community', value: decodeStandard(text, span, report), span };
    case LargeCommunity:
    case ExtendedCommunity:
      return decodeCommunity(text, span, report);
    case AsDot:
    case AsNumber:
      return decodeAsn(text, span, report);
    case Duration:
      return { kind: 'duration', value: parseDuration(text), span };
    case Path:
      return { kind: 'path', value: text, span };
    case Percent:
      return { kind: 'percent', value: Number(text.slice(0, -1)), span };
    case Length:
      return { kind: 'length', value: Number(text.slice(1)), span };
    default:
      return undefined;
  }
}

/** RFC 5396: `4.10` is 4 * 65536 + 10. */
function decodeAsn(text: string, span: Span, report: Report): AsnLiteral {
  if (!text.includes('.')) return { kind: 'asn', value: Number(text.slice(2)), span };
  const [high = 0, low = 0] = text.split('.').map(Number);
  if (high <= MAX_16 && low <= MAX_16) return { kind: 'asn', value: high * 65536 + low, span };
  report(span, messages['as-out-of-range']({ text, dotted: true }));
  return { kind: 'asn', value: undefined, span };
}

function decodeCommunity(text: string, span: Span, report: Report): CommunityLiteral {
  const parts = text.split(':');
  const value = /^\d/.test(text) ? large(parts, span, report) : extended(parts, span, report);
  return { kind: 'community', value, span };
}

/** By far the most of all communities, and so without the parts that the others are taken apart into. */
function decodeStandard(text: string, span: Span, report: Report): Community | undefined {
  const colon = text.indexOf(':');
  const high = Number(text.slice(0, colon));
  const low = Number(text.slice(colon + 1));
  if (high <= MAX_16 && low <= MAX_16) return { kind: 'standard', high, low };
  const place = partSpan(span, text.split(':'), high > MAX_16 ? 0 : 1);
  report(place, messages['community-out-of-range']({ text, form: 'standard', max: MAX_16, high, low }));
  return undefined;
}

function large(parts: readonly string[], span: Span, report: Report): Community | undefined {
  const [global = 0, local1 = 0, local2 = 0] = parts.map(Number);
  const part = tooLarge(parts, [MAX_32, MAX_32, MAX_32]);
  if (part === undefined) return { kind: 'large', global, local1, local2 };
  report(
    partSpan(span, parts, part),
    messages['community-out-of-range']({
      text: parts.join(':'),
      form: 'large',
      max: MAX_32,
      high: global,
      low: local1,
    }),
  );
  return undefined;
}

/** RFC 4360 and 5668: six bytes are shared, so a 32-bit administrator leaves 16 bits and the other way round. */
function extended(parts: readonly string[], span: Span, report: Report): Community | undefined {
  const [type, ...numbers] = parts;
  const [administrator = 0, assigned = 0] = numbers.map(Number);
  // `generic` names the two 32-bit halves of the whole community.
  const limits = type === 'generic' ? [0, MAX_32, MAX_32] : [0, MAX_32, administrator > MAX_16 ? MAX_16 : MAX_32];
  const part = tooLarge(parts, limits);
  if (part === undefined && type === 'generic') return genericCommunity(administrator, assigned);
  if (part === undefined && (type === 'rt' || type === 'ro')) {
    return { kind: 'extended', type, administrator, assigned };
  }
  report(
    partSpan(span, parts, part ?? 1),
    messages['community-out-of-range']({
      text: parts.join(':'),
      form: 'extended',
      max: limits[part ?? 1] ?? MAX_32,
      high: administrator,
      low: assigned,
    }),
  );
  return undefined;
}

/** Index of the first part above its limit. */
function tooLarge(parts: readonly string[], limits: readonly number[]): number | undefined {
  const index = parts.findIndex((part, i) => Number(part) > (limits[i] ?? 0));
  return index < 0 ? undefined : index;
}

function partSpan(span: Span, parts: readonly string[], index: number): Span {
  const start = span.start + parts.slice(0, index).reduce((sum, part) => sum + part.length + 1, 0);
  return { source: span.source, start, end: start + (parts[index]?.length ?? 0) };
}

function decodeString(text: string, span: Span, report: Report): StringLiteral {
  const body = text.slice(1, -1);
  if (!body.includes('\\')) return { kind: 'string', value: body, span };
  const value = body.replace(
    /\\(u\{([0-9A-Fa-f]{1,6})\}|.)/gu,
    (text: string, name: string, hex: string | undefined, at: number) => {
      const decoded = decodeEscape(name, hex);
      if (decoded !== undefined) return decoded;
      const start = span.start + 1 + at;
      report({ source: span.source, start, end: start + text.length }, messages['unknown-escape']({ escape: text }));
      return '';
    },
  );
  return { kind: 'string', value, span };
}

function decodeEscape(name: string, hex: string | undefined): string | undefined {
  if (hex !== undefined) {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
  }
  if (name === '"' || name === '\\') return name;
  if (name === 'n') return '\n';
  return name === 't' ? '\t' : undefined;
}
