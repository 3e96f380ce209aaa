// A run of characters that is no literal of the language → what it was most likely meant to be. The token goes on as
// that kind of literal without a value, so that one slip is one diagnostic.

import type { TokenType } from 'chevrotain';
import type { Literal } from './ast.ts';
import { DURATION_UNITS, parseDuration } from './duration.ts';
import { type Message, messages } from './messages.ts';
import { parseAddress, prefixesFrom } from './prefix.ts';
import type { Span } from './span.ts';
import {
  Address4,
  Address6,
  AsNumber,
  Comma,
  Duration,
  findKeyword,
  Identifier,
  Integer,
  Path,
  Prefix4,
  Prefix6,
  StandardCommunity,
  StringToken,
} from './tokens.ts';

/** How a malformed run is reported, and what the parser sees instead. */
export interface Malformation {
  readonly message: Message;
  readonly type: TokenType;
  readonly literal: Literal | undefined;
  /** Text that certainly repairs it. */
  readonly fix: string | undefined;
  /** The word that the parser sees. */
  readonly word?: string;
  /** A habit of another language. */
  readonly habit?: string;
}

/** Says what is wrong with a run of literal characters. */
export function explainMalformed(text: string, span: Span): Malformation {
  return (
    explainColon(text) ??
    explainDash(text) ??
    explainSpread(text, span) ??
    explainPort(text, span) ??
    explainCommunityWord(text, span) ??
    explainMask(text, span) ??
    explainDotted(text, span) ??
    explainDuration(text, span) ??
    explainPath(text, span) ??
    explainNumber(text, span) ??
    explainAddress(text, span) ?? {
      message: messages['malformed-literal']({ text, reason: undefined, help: undefined }),
      type: Identifier,
      literal: undefined,
      fix: undefined,
    }
  );
}

/** `- worker-1`, as YAML starts the items of a list. */
function explainDash(text: string): Malformation | undefined {
  if (text !== '-') return undefined;
  const help = 'write the values one behind the other, for example `nodes worker-1, worker-2`';
  return {
    message: messages['malformed-literal']({ text, reason: 'the values of a list have commas', help }),
    type: Comma,
    literal: undefined,
    fix: undefined,
    habit: 'dash',
  };
}

/** `as:`, as other languages end the word of a setting. */
function explainColon(text: string): Malformation | undefined {
  const [, word] = /^([A-Za-z][A-Za-z0-9_-]*):$/.exec(text) ?? [];
  if (word === undefined) return undefined;
  return {
    message: messages['malformed-literal']({ text, reason: 'no word ends with `:`', help: `write \`${word}\`` }),
    type: findKeyword(word) ?? Identifier,
    literal: undefined,
    fix: word,
    word,
    habit: 'colon',
  };
}

/** `198.51.100.10-198.51.100.50`: addresses from one to another. */
function explainSpread(text: string, span: Span): Malformation | undefined {
  const [first, last, ...more] = text.split('-').map(parseAddress);
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  if (first.family !== last.family || first.value > last.value) return undefined;
  const prefixes = prefixesFrom(first.family, first.value, last.value, MAX_PREFIXES);
  const written = prefixes?.map(({ text: prefix }) => prefix).join(', ');
  const help = written === undefined ? 'write the prefixes that cover them' : `write \`${written}\``;
  return {
    message: messages['malformed-literal']({ text, reason: 'addresses are written as prefixes', help }),
    type: first.family === 'ipv4' ? Prefix4 : Prefix6,
    literal: { kind: 'prefix', value: undefined, span },
    fix: written,
  };
}

/** `192.0.2.1:1179`: an address with a port. */
function explainPort(text: string, span: Span): Malformation | undefined {
  const [, address, port] = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(text) ?? [];
  if (address === undefined || parseAddress(address) === undefined) return undefined;
  const meant = `${address} port ${port}`;
  return {
    message: messages['malformed-literal']({ text, reason: 'a port has a word', help: `write \`${meant}\`` }),
    type: Address4,
    literal: { kind: 'address', value: undefined, span },
    // Right behind `address` only.
    fix: undefined,
  };
}

/** `10.0.0.0/255.0.0.0`: a mask in the place of a length. */
function explainMask(text: string, span: Span): Malformation | undefined {
  const [, address, mask = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const bits = parseAddress(mask)?.value.toString(2).padStart(32, '0');
  if (address === undefined || bits === undefined) return undefined;
  const meant = /^1*0*$/.test(bits) ? `${address}/${bits.lastIndexOf('1') + 1}` : undefined;
  const help = meant === undefined ? 'write for example `10.0.0.0/8`' : `write \`${meant}\``;
  return {
    message: messages['malformed-literal']({ text, reason: 'a prefix has a length, not a mask', help }),
    type: Prefix4,
    literal: { kind: 'prefix', value: undefined, span },
    fix: meant,
  };
}

/** `large:64512:1:2` and `target:64512:100`: communities behind the words of other languages. */
function explainCommunityWord(text: string, span: Span): Malformation | undefined {
  const [, word = '', numbers] = /^([a-z_-]+):(\d+(?::\d+)+)$/i.exec(text) ?? [];
  const known = { large: '', lc: '', community: '', standard: '', target: 'rt:', origin: 'ro:', soo: 'ro:' } as const;
  const prefix = Object.entries(known).find(([each]) => each === word.toLowerCase())?.[1];
  if (prefix === undefined || numbers === undefined) return undefined;
  const meant = `${prefix}${numbers}`;
  return {
    message: messages['malformed-literal']({
      text,
      reason: `no community starts with \`${word}\``,
      help: `write \`${meant}\``,
    }),
    type: StandardCommunity,
    literal: { kind: 'community', value: undefined, span },
    fix: meant,
  };
}

/** More than these are no help. */
const MAX_PREFIXES = 16;

/** `calico.filter`, `kubernetes.io/name`: a name that needs quotes. */
function explainDotted(text: string, span: Span): Malformation | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_.:/-]*$/.test(text) || !/[.:]/.test(text)) return undefined;
  if (/^[0-9A-Fa-f:]+$/.test(text) || /^(rt|ro|generic|as\d+)[:.]/i.test(text)) return undefined;
  const fix = `"${text}"`;
  return {
    message: messages['name-needs-quotes']({ text }),
    type: StringToken,
    literal: { kind: 'string', value: text, span },
    fix,
  };
}

function explainDuration(text: string, span: Span): Malformation | undefined {
  if (!/^(\d+(?:\.\d+)?[a-z]+)+$/i.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|s|m|h)/g)];
  const isCompound = parts.length > 1 && parts.map((part) => part[0]).join('') === text;
  const reason = isCompound ? 'a duration has one unit' : 'a number runs into letters';
  const help = isCompound
    ? `write \`${inOneUnit(parts)}\``
    : 'a duration is a whole number with `ms`, `s`, `m` or `h`, for example `90s`';
  return {
    message: messages['malformed-literal']({ text, reason, help }),
    type: isCompound || /^\d+(\.\d+)?(ms|s|m|h|d|sec|min)/.test(text) ? Duration : Integer,
    literal: isCompound ? { kind: 'duration', value: undefined, span } : undefined,
    fix: isCompound ? inOneUnit(parts) : undefined,
  };
}

function inOneUnit(parts: readonly RegExpMatchArray[]): string {
  const total = parts.reduce((sum, [part]) => sum + (parseDuration(part) ?? 0), 0);
  if (total % DURATION_UNITS.m === 0) return `${total / DURATION_UNITS.m}m`;
  return total % DURATION_UNITS.s === 0 ? `${total / DURATION_UNITS.s}s` : `${total}ms`;
}

/** `*`, `shop`, `a/b/c`, `shop/*.x`: a service path has two segments. */
function explainPath(text: string, span: Span): Malformation | undefined {
  if (text.includes(':') || (!text.includes('*') && !/^[A-Za-z].*\//.test(text))) return undefined;
  const segments = text.split('/').length;
  const help =
    text === '*'
      ? 'write `*/*` for every service'
      : 'a service path is `namespace/name`, each with `*` for any characters';
  const reason =
    segments === 2
      ? 'a segment has letters, digits, `-` and `*` only'
      : `it has ${segments} ${segments === 1 ? 'segment' : 'segments'}`;
  return {
    message: messages['malformed-literal']({ text, reason, help }),
    type: Path,
    literal: { kind: 'path', value: '*/*', span },
    fix: text === '*' ? '*/*' : undefined,
  };
}

function explainNumber(text: string, span: Span): Malformation | undefined {
  if (/^0[xX][0-9A-Fa-f]+$/.test(text)) {
    const meant = String(Number(text));
    return {
      message: messages['malformed-literal']({ text, reason: 'numbers are decimal', help: `write \`${meant}\`` }),
      type: Integer,
      literal: { kind: 'integer', value: Number.NaN, span },
      fix: meant,
    };
  }
  if (/^-\d/.test(text)) {
    return {
      message: messages['malformed-literal']({ text, reason: 'numbers here are never negative', help: undefined }),
      type: Integer,
      literal: { kind: 'integer', value: Number.NaN, span },
      fix: undefined,
    };
  }
  if (/^as\d+\.\d+$/i.test(text)) {
    const fix = text.slice(2);
    return {
      message: messages['malformed-literal']({ text, reason: 'the dotted form has no `AS`', help: `write \`${fix}\`` }),
      type: AsNumber,
      literal: { kind: 'asn', value: undefined, span },
      fix,
    };
  }
  return undefined;
}

/** Whatever else starts like an address, a prefix or a community. */
function explainAddress(text: string, span: Span): Malformation | undefined {
  const isPrefix = text.includes('/');
  if (/^\d+(:[\d*]*)+$/.test(text) || /^(rt|ro|generic):/.test(text)) {
    const help = 'a community is `64512:100`, `64512:1:2` or `rt:64512:100`';
    return {
      message: messages['malformed-literal']({ text, reason: communityReason(text), help }),
      type: StandardCommunity,
      literal: { kind: 'community', value: undefined, span },
      fix: undefined,
    };
  }
  if (!/^[0-9A-Fa-f:]/.test(text) || !/[.:/]/.test(text)) return undefined;
  const six = text.includes(':');
  const parts = (text.split('/')[0] ?? '').split('.');
  const cut = /^[0-9.:]+(?:\/\d+)?(?=[A-Za-z])/.exec(text)?.[0];
  const short = !six && parts.length < 4 && parts.every((part) => /^\d+$/.test(part));
  const help =
    short && isPrefix
      ? `write all four parts: \`${[...parts, '0', '0', '0'].slice(0, 4).join('.')}/${text.split('/')[1]}\``
      : undefined;
  const reason = short ? 'an IPv4 address has four parts' : cut === undefined ? undefined : 'letters follow it';
  return {
    message: messages['malformed-literal']({ text, reason, help }),
    type: isPrefix ? (six ? Prefix6 : Prefix4) : six ? Address6 : Address4,
    literal: { kind: isPrefix ? 'prefix' : 'address', value: undefined, span },
    fix: undefined,
  };
}

function communityReason(text: string): string {
  return text.includes('*') ? 'a community has no wildcard' : 'it has the wrong number of parts';
}
