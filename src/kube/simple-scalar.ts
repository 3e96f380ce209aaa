// One-line values of simple YAML: plain, quoted, and short lists and maps in brackets. What is not certain to mean what the
// library for all of YAML makes of it is no simple value. Numbers, truth values and null are those of yaml-text.ts.

/** What a value is; undefined if it is not simple. A box, since null is a value. */
export type SimpleValue = { readonly value: unknown } | undefined;

/** May be something else than plain text. */
const SPECIAL = /^["'[{~+\-.0-9]|^(?:null|true|false)$/i;

// Control characters and line ends of other sorts are left to the library, in plain and in quoted text.
const PRINTED = String.raw`[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff`;
/** A comment after a value. */
const END = ` *(?: #.*)?$`;
/** No `: `, and no colon at the end; a comment is cut off before. */
const PLAIN = new RegExp(String.raw`^(?:[\w./~+$(<=^\\]|-(?! |$))(?:${PRINTED}:]|:(?! |$))*$`);
const DOUBLE = new RegExp(
  String.raw`^("(?:${PRINTED}"\\]|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}))*")${END}`,
);
const SINGLE = new RegExp(`^'((?:${PRINTED}']|'')*)'${END}`);

const ITEM = String.raw`(?:[\w./](?:[\w./-]|:(?=[\w:]))*|"[\w ./:-]*")`;
const PAIR = String.raw`[A-Za-z_][\w./-]*: +${ITEM}`;
const LIST = new RegExp(String.raw`^\[ *(${ITEM}(?: *, *${ITEM})*)? *\]${END}`);
const MAP = new RegExp(String.raw`^\{ *(${PAIR}(?: *, *${PAIR})*)? *\}${END}`);
const NEXT_ITEM = new RegExp(ITEM, 'g');
const NEXT_PAIR = new RegExp(String.raw`([A-Za-z_][\w./-]*): +(${ITEM})`, 'g');

/** Reads the text after `key:` or `- ` on its line; it is not empty and starts with no space. */
export function readSimpleValue(text: string): SimpleValue {
  const comment = text.indexOf(' #');
  const plain = withoutSpaces(comment < 0 ? text : text.slice(0, comment));
  if (!SPECIAL.test(plain)) return PLAIN.test(plain) ? { value: plain } : undefined;
  switch (plain[0]) {
    case '"':
      return box(DOUBLE.exec(text)?.[1], (quoted) => JSON.parse(quoted));
    case "'":
      return box(SINGLE.exec(text)?.[1], (quoted) => quoted.replaceAll("''", "'"));
    case '[':
      return readList(text);
    case '{':
      return readMap(text);
    default:
      return PLAIN.test(plain) ? readTyped(plain) : undefined;
  }
}

/** True for a text that is a member's name as it stands: neither a number, nor null, nor what merges maps. */
export function isSimpleName(text: string): boolean {
  return text !== '__proto__' && readTyped(text)?.value === text;
}

/** Without the spaces at the end. No other white space: YAML keeps all of it but tabs, and that is left to the library. */
function withoutSpaces(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  return text.slice(0, end);
}

function box(found: string | undefined, read: (text: string) => unknown): SimpleValue {
  return found === undefined ? undefined : { value: read(found) };
}

function readTyped(text: string): SimpleValue {
  if (/^[-+]?[0-9]+$/.test(text)) return { value: Number.parseInt(text, 10) };
  if (/^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/.test(text)) return { value: Number.parseFloat(text) };
  if (/^(?:[Tt]rue|TRUE)$/.test(text)) return { value: true };
  if (/^(?:[Ff]alse|FALSE)$/.test(text)) return { value: false };
  if (/^(?:~|[Nn]ull|NULL)$/.test(text)) return { value: null };
  // Other numbers are rare.
  const isOther = /^0x[0-9a-f]+$|^[-+]?[0-9.]+e[-+][0-9]+$|^[-+]?\.(?:inf|nan)$/i.test(text);
  return isOther ? undefined : { value: text };
}

function readList(text: string): SimpleValue {
  const found = LIST.exec(text);
  if (found === null) return undefined;
  const values: unknown[] = [];
  for (const [item] of (found[1] ?? '').matchAll(NEXT_ITEM)) {
    const read = readItem(item);
    if (read === undefined) return undefined;
    values.push(read.value);
  }
  return { value: values };
}

function readMap(text: string): SimpleValue {
  const found = MAP.exec(text);
  if (found === null) return undefined;
  const map: Record<string, unknown> = {};
  for (const [, key = '', item = ''] of (found[1] ?? '').matchAll(NEXT_PAIR)) {
    const read = readItem(item);
    if (read === undefined || Object.hasOwn(map, key) || !isSimpleName(key)) return undefined;
    map[key] = read.value;
  }
  return { value: map };
}

function readItem(text: string): SimpleValue {
  return text.startsWith('"') ? { value: text.slice(1, -1) } : readTyped(text);
}
