// IPv6 addresses as text and as numbers. By hand, since large policies and clusters read and write many thousands of
// them; tests hold both ways to what a library says.

const GROUPS = 8;

/** The number of an IPv6 address without a zone id and without a dotted IPv4 part; undefined if the text is none. */
export function parseAddress6(text: string): bigint | undefined {
  const groups = parseGroups6(text);
  return groups && numberOfGroups6(groups);
}

/** The eight groups of an address, which say most of what is asked of one without any bigint. */
export function parseGroups6(text: string): readonly number[] | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === GROUPS ? groups : undefined;
  }
  const head = gap === 0 ? [] : parseGroups(text.slice(0, gap));
  const tail = gap + 2 === text.length ? [] : parseGroups(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length >= GROUPS) return undefined;
  while (head.length + tail.length < GROUPS) head.push(0);
  head.push(...tail);
  return head;
}

/** The number that eight groups are. */
export function numberOfGroups6(groups: readonly number[]): bigint {
  // Each step of a bigint costs as much as all of this.
  for (let at = 0; at < GROUPS; at++) SCRATCH.setUint16(2 * at, groups[at] ?? 0);
  return (SCRATCH.getBigUint64(0) << 64n) | SCRATCH.getBigUint64(8);
}

const SCRATCH = new DataView(new ArrayBuffer(2 * GROUPS));

/** The canonical text (RFC 5952): lower case, no leading zeros, the first longest run of zero groups as `::`. */
export function renderAddress6(value: bigint): string {
  return renderGroups6(toGroups(value));
}

/** The canonical text of eight groups. */
export function renderGroups6(groups: readonly number[]): string {
  let start = 0;
  let length = 1;
  for (let at = 0; at < GROUPS; at++) {
    let end = at;
    while (end < GROUPS && groups[end] === 0) end++;
    if (end - at > length) {
      start = at;
      length = end - at;
    }
    at = Math.max(at, end);
  }
  if (length === 1) return renderGroups(groups, 0, GROUPS);
  return `${renderGroups(groups, 0, start)}::${renderGroups(groups, start + length, GROUPS)}`;
}

/** Numbers of `a:b:c`; undefined if one of them is none, or nothing is there. */
function parseGroups(text: string): number[] | undefined {
  const groups: number[] = [];
  let value = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) {
      if (digits === 0) return undefined;
      groups.push(value);
      value = 0;
      digits = 0;
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

function toGroups(value: bigint): readonly number[] {
  SCRATCH.setBigUint64(0, value >> 64n);
  SCRATCH.setBigUint64(8, BigInt.asUintN(64, value));
  return Array.from({ length: GROUPS }, (_, at) => SCRATCH.getUint16(2 * at));
}

function renderGroups(groups: readonly number[], start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += `${at === start ? '' : ':'}${(groups[at] ?? 0).toString(16)}`;
  return text;
}
