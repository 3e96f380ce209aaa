// IPv6 addresses as text and as numbers. By hand, since large policies and clusters read and write many thousands of
// them; tests hold both ways to what a library says.

const GROUPS = 8;

/** The number of an IPv6 address without a zone id and without a dotted IPv4 part; undefined if the text is none. */
export function parseAddress6(text: string): bigint | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === GROUPS ? toNumber(groups, []) : undefined;
  }
  const head = gap === 0 ? [] : parseGroups(text.slice(0, gap));
  const tail = gap + 2 === text.length ? [] : parseGroups(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length >= GROUPS) return undefined;
  return toNumber(head, tail);
}

/** The canonical text (RFC 5952): lower case, no leading zeros, the first longest run of zero groups as `::`. */
export function renderAddress6(value: bigint): string {
  const groups = toGroups(value);
  let [start, length] = [0, 1];
  for (let at = 0; at < GROUPS; at++) {
    let end = at;
    while (end < GROUPS && groups[end] === 0) end++;
    if (end - at > length) [start, length] = [at, end - at];
    at = Math.max(at, end);
  }
  if (length === 1) return renderGroups(groups);
  return `${renderGroups(groups.slice(0, start))}::${renderGroups(groups.slice(start + length))}`;
}

/** Numbers of `a:b:c`; undefined if one of them is none, or nothing is there. */
function parseGroups(text: string): readonly number[] | undefined {
  const groups: number[] = [];
  let [value, digits] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) {
      if (digits === 0) return undefined;
      groups.push(value);
      [value, digits] = [0, 0];
      continue;
    }
    const digit = digitOf(code);
    if (digit === undefined || ++digits > 4) return undefined;
    value = value * 16 + digit;
  }
  if (digits === 0) return undefined;
  groups.push(value);
  return groups;
}

const COLON = 0x3a;

function digitOf(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : undefined;
}

function toNumber(head: readonly number[], tail: readonly number[]): bigint {
  const zeros = new Array<number>(GROUPS - head.length - tail.length).fill(0);
  const groups = [...head, ...zeros, ...tail];
  let value = 0n;
  // Two groups at a time, since each step of a bigint costs as much as all the rest.
  for (let at = 0; at < GROUPS; at += 2) {
    value = (value << 32n) | BigInt((groups[at] ?? 0) * 0x1_0000 + (groups[at + 1] ?? 0));
  }
  return value;
}

function toGroups(value: bigint): readonly number[] {
  const groups: number[] = [];
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    const word = Number((value >> shift) & 0xffff_ffffn);
    groups.push(Math.floor(word / 0x1_0000), word % 0x1_0000);
  }
  return groups;
}

function renderGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}
