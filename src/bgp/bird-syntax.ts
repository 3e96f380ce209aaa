// Text that BIRD's parser reads: symbols, strings, numbers, communities. The only place that quotes or escapes.
// Names reach BIRD injectively, so that two peers never become one protocol, and a name that changes nothing in the
// policy changes nothing in BIRD: a renamed protocol loses its session.

import type { Community } from '../dsl/community.ts';

/** What a symbol of ours stands for; the first part of its name. All share one name space in BIRD. */
export type SymbolKind = 'peer' | 'export' | 'import' | 'filter' | 'to' | 'range' | 'service' | 'dynamic';

/** BIRD 2.0 cuts symbols at 64 bytes, so that longer names would collide. */
const LONGEST_SYMBOL = 60;

/** BIRD wants 16 characters of a symbol for the number, and one stands before it. */
const LONGEST_DYNAMIC = 46;

/** Longest description worth sending; BIRD's lexer has a fixed buffer. */
const LONGEST_TEXT = 256;

/** The bare name of an object in BIRD, as `show protocols` prints it: `peer_tor-a`. */
export function birdName(kind: SymbolKind, name: string, longest = LONGEST_SYMBOL): string {
  // `:` introduces an escape, so it is escaped itself; two names never give one symbol.
  const escaped = name.replace(/[^A-Za-z0-9_.-]/gu, (character) => `:${(character.codePointAt(0) ?? 0).toString(16)}:`);
  const symbol = `${kind}_${escaped}`;
  if (symbol.length <= longest) return symbol;
  const digest = hashText(name);
  // After `::` an escape has at most six digits and a colon, so no short name looks like a shortened one.
  return `${symbol.slice(0, longest - digest.length - 2)}::${digest}`;
}

/** What BIRD names the protocols of a dynamic peer with, a number behind it: `dynamic_racks_`. */
export function dynamicName(peer: string): string {
  return `${birdName('dynamic', peer, LONGEST_DYNAMIC)}_`;
}

/** The peer whose protocol has this name; undefined for another protocol, or a name that was cut. */
export function nameOfPeerProtocol(protocol: string): string | undefined {
  const escaped = /^peer_(.*)$/.exec(protocol)?.[1] ?? /^dynamic_(.*)_\d+$/.exec(protocol)?.[1];
  if (escaped === undefined || /::[0-9a-f]{16}$/.test(escaped)) return undefined;
  return escaped.replace(/:([0-9a-f]+):/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}

/** The same as it is written in a configuration: quoted where it needs to be. */
export function birdSymbol(kind: SymbolKind, name: string): string {
  return quoteSymbol(birdName(kind, name));
}

/** A symbol of the configuration, in quotes unless it is a plain word. */
export function quoteSymbol(symbol: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(symbol) ? symbol : `'${symbol}'`;
}

/** Free text as a BIRD string. BIRD has no escapes: quotes become `'`, control characters spaces; cut at 256. */
export function quoteText(text: string): string {
  const printable = text.replace(/["\p{Cc}\u2028\u2029]/gu, (found) => (found === '"' ? "'" : ' '));
  return `"${[...printable].slice(0, LONGEST_TEXT).join('')}"`;
}

/** Whether BIRD can be given this text as it is; what cannot be written must not be changed in a password or a path. */
export function isQuotable(text: string): boolean {
  return text !== '' && !/["\p{Cc}]/u.test(text);
}

/** A password or path as a BIRD string. Throws for text that `isQuotable` refuses. */
export function quoteExactly(text: string): string {
  if (!isQuotable(text)) throw new Error('this text cannot be written in a BIRD configuration');
  return `"${text}"`;
}

/** A comment line; control characters, and so line ends, become spaces. */
export function comment(text: string): string {
  return `# ${text.replace(/\p{Cc}/gu, ' ')}`;
}

/** `(64512,100)`, `(64512,1,2)` or `(rt,64512,100)`. */
export function birdCommunity(community: Community): string {
  switch (community.kind) {
    case 'standard':
      return `(${community.high},${community.low})`;
    case 'large':
      return `(${community.global},${community.local1},${community.local2})`;
    case 'extended':
      return `(${community.type},${community.administrator},${community.assigned})`;
  }
}

/** The route attribute that holds communities of this kind. */
export function communityAttribute(community: Community): string {
  const attributes = {
    standard: 'bgp_community',
    large: 'bgp_large_community',
    extended: 'bgp_ext_community',
  } as const;
  return attributes[community.kind];
}

/** Durations of BIRD are whole seconds, and at least one. */
export function seconds(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds / 1000));
}

/** 16 hexadecimal digits from a text; equal texts have equal ones. */
export function hashText(text: string): string {
  return hashName(text)
    .map((half) => half.toString(16).padStart(8, '0'))
    .join('');
}

/** Two 32-bit numbers from a name, the same on every node and in every version: FNV-1a with two offsets, mixed. */
export function hashName(name: string): readonly [number, number] {
  let [high, low] = [0x811c9dc5, 0x9e3779b9];
  for (const byte of encoder.encode(name)) {
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x85ebca6b) ^ (low >>> 13);
  }
  return [mix(high), mix(low ^ high)];
}

const encoder = new TextEncoder();

function mix(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b);
  return (twice ^ (twice >>> 16)) >>> 0;
}
