// IP prefixes as values: parsing, canonical text, order, containment, and splitting around holes.
// Numbers are bigint for both families, so that one set of functions serves IPv4 and IPv6.
// Parsing is strict: host bits, leading zeros, zone ids and IPv4-mapped text are refused here;
// the lexer turns such text into diagnostics with a suggestion.

import { numberOfGroups6, parseGroups6, renderAddress6, renderGroups6 } from './address6.ts';

/** Address family. */
export type Family = 'ipv4' | 'ipv6';

/** A prefix in canonical form. `first` is its lowest address; `text` is what is printed, for example `10.0.0.0/24`. */
export interface Prefix {
  readonly family: Family;
  readonly first: bigint;
  readonly length: number;
  readonly text: string;
}

/** Number of bits in an address of the family: 32 or 128. */
export function addressBits(family: Family): number {
  return family === 'ipv4' ? 32 : 128;
}

/** Parses `a.b.c.d/n`, `x::/n`, or a bare address (its /32 or /128). Undefined if it is not canonical enough to be safe. */
export function parsePrefix(text: string): Prefix | undefined {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const prefix = text.includes(':') ? parsePrefix6(text) : parsePrefix4(text);
  if (prefix === undefined) return undefined;
  if (parsed.size >= MAX_PARSED) parsed.clear();
  // Under a text of its own, not one that was cut out of a policy, which would be kept as a whole.
  parsed.set(prefix.text, prefix);
  return prefix;
}

/** The same few texts are parsed by one check after the other. */
const parsed = new Map<string, Prefix>();
const MAX_PARSED = 4096;

function parsePrefix4(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const value = parseNumber4(slash < 0 ? text : text.slice(0, slash));
  const length = slash < 0 ? 32 : parseLength(text.slice(slash + 1), 32);
  if (value === undefined || length === undefined || value % 2 ** (32 - length) !== 0) return undefined;
  return { family: 'ipv4', first: BigInt(value), length, text: `${renderAddress4(value)}/${length}` };
}

function parsePrefix6(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const groups = parseOwnGroups6(slash < 0 ? text : text.slice(0, slash));
  const length = slash < 0 ? 128 : parseLength(text.slice(slash + 1), 128);
  if (groups === undefined || length === undefined || hasBitsBehind(groups, length)) return undefined;
  return { family: 'ipv6', first: numberOfGroups6(groups), length, text: `${renderGroups6(groups)}/${length}` };
}

/** Whether one of the bits to the right of `length` is set. */
function hasBitsBehind(groups: readonly number[], length: number): boolean {
  return groups.some((group, index) => {
    const kept = Math.min(16, Math.max(0, length - 16 * index));
    return (group & (0xffff >> kept)) !== 0;
  });
}

/** Parses one address without a length. Undefined for zone ids, IPv4-mapped text, leading zeros and anything malformed. */
export function parseAddress(text: string): { readonly family: Family; readonly value: bigint } | undefined {
  if (text.includes(':')) {
    const groups = parseOwnGroups6(text);
    return groups && { family: 'ipv6', value: numberOfGroups6(groups) };
  }
  const value = parseNumber4(text);
  return value === undefined ? undefined : { family: 'ipv4', value: BigInt(value) };
}

/** Groups of an address that is no IPv4 address mapped into IPv6. */
function parseOwnGroups6(text: string): readonly number[] | undefined {
  const groups = parseGroups6(text);
  const isMapped = groups?.[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return isMapped ? undefined : groups;
}

/** Four decimal numbers without leading zeros. By hand: large policies and clusters parse many thousands of them. */
function parseNumber4(text: string): number | undefined {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit === DOT - ZERO && digits > 0) {
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
      dots++;
      continue;
    }
    if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return undefined;
    octet = octet * 10 + digit;
    digits++;
    if (octet > 255) return undefined;
  }
  return digits > 0 && dots === 3 ? value * 256 + octet : undefined;
}

const ZERO = 0x30;
const DOT = 0x2e;

function renderAddress4(value: number): string {
  return `${Math.floor(value / 0x100_0000)}.${(value >> 16) & 255}.${(value >> 8) & 255}.${value & 255}`;
}

/** The family of the text of an address or prefix. */
export function familyOfText(text: string): Family | undefined {
  return parseAddress(text.split('/', 1).join())?.family;
}

/** Every address that means something on its own link only. */
export const LINK_LOCAL = 'fe80::/10';

/** Whether the address means something on its own link only: it is of `fe80::/10`. */
export function isLinkLocal(text: string): boolean {
  const address = parseAddress(text);
  return address?.family === 'ipv6' && address.value >> 118n === 0xfe80n >> 6n;
}

/** Builds a prefix from its numbers; bits to the right of `length` are cleared. */
export function makePrefix(family: Family, value: bigint, length: number): Prefix {
  const bits = addressBits(family);
  const first = value - hostBits(value, length, bits);
  return { family, first, length, text: `${renderAddress(family, first)}/${length}` };
}

/** The canonical text of an address (RFC 5952 for IPv6). */
export function renderAddress(family: Family, value: bigint): string {
  return family === 'ipv4' ? renderAddress4(Number(value)) : renderAddress6(value);
}

/** The highest address of the prefix. */
export function lastAddress(prefix: Prefix): bigint {
  return prefix.first + (1n << BigInt(addressBits(prefix.family) - prefix.length)) - 1n;
}

/** True if every address of `inner` is in `outer`; a prefix contains itself. */
export function containsPrefix(outer: Prefix, inner: Prefix): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  const shift = BigInt(addressBits(outer.family) - outer.length);
  return outer.first >> shift === inner.first >> shift;
}

/** True if the two have an address in common: one of them contains the other. */
export function overlapsPrefix(a: Prefix, b: Prefix): boolean {
  return containsPrefix(a, b) || containsPrefix(b, a);
}

/** True for a /32 or /128. */
export function isSingleAddress(prefix: Prefix): boolean {
  return prefix.length === addressBits(prefix.family);
}

/** Address order: IPv4 before IPv6, then by first address, then the shorter prefix first. */
export function comparePrefixes(a: Prefix, b: Prefix): number {
  if (a.family !== b.family) return a.family === 'ipv4' ? -1 : 1;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.length - b.length;
}

/** The smallest set of prefixes that covers `prefix` and no address of any hole, in address order. */
export function splitAround(prefix: Prefix, holes: readonly Prefix[]): readonly Prefix[] {
  const inside = holes.filter((hole) => overlapsPrefix(prefix, hole));
  if (inside.length === 0) return [prefix];
  if (inside.some((hole) => containsPrefix(hole, prefix))) return [];
  return halves(prefix).flatMap((half) => splitAround(half, inside));
}

/** The prefixes of all addresses from one to another, in order; undefined if there are more than `max`. */
export function prefixesFrom(family: Family, first: bigint, last: bigint, max: number): readonly Prefix[] | undefined {
  const prefixes: Prefix[] = [];
  for (let at = first; at <= last; ) {
    if (prefixes.length === max) return undefined;
    let length = addressBits(family);
    for (; length > 0; length--) {
      const size = 1n << BigInt(addressBits(family) - length + 1);
      if (at % size !== 0n || at + size - 1n > last) break;
    }
    prefixes.push(makePrefix(family, at, length));
    at += 1n << BigInt(addressBits(family) - length);
  }
  return prefixes;
}

/** The prefix cut into blocks of the given length, lazily; a length not longer than the prefix's gives the prefix itself. */
export function* blocksOf(prefix: Prefix, length: number): Generator<Prefix> {
  if (length <= prefix.length) {
    yield prefix;
    return;
  }
  const step = 1n << BigInt(addressBits(prefix.family) - length);
  for (let first = prefix.first; first <= lastAddress(prefix); first += step) {
    yield makePrefix(prefix.family, first, length);
  }
}

function halves(prefix: Prefix): readonly Prefix[] {
  const length = prefix.length + 1;
  const step = 1n << BigInt(addressBits(prefix.family) - length);
  return [makePrefix(prefix.family, prefix.first, length), makePrefix(prefix.family, prefix.first + step, length)];
}

function parseLength(text: string, bits: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const length = Number(text);
  return length <= bits ? length : undefined;
}

function hostBits(value: bigint, length: number, bits: number): bigint {
  return value & ((1n << BigInt(bits - length)) - 1n);
}
