// Grammar of the messages: articles, plurals, and lists that stay short.

const SHOWN = 8;

/** `a` or `an`, by the sound of the word. */
export function article(word: string): string {
  return /^(?:[aeio]|u(?!ni[tqv]|se)|AS\b|IPv|`?[aeio])/i.test(word) ? 'an' : 'a';
}

/** `1 endpoint`, `2 endpoints`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** Names as code. */
export function codes(names: readonly string[]): readonly string[] {
  return names.map((name) => `\`${name}\``);
}

/** Sorted, at most eight, `a, b and 3 more`. */
export function list(items: readonly string[]): string {
  const sorted = [...items].sort();
  if (sorted.length <= SHOWN) return join(sorted, 'and');
  return `${sorted.slice(0, SHOWN).join(', ')} and ${sorted.length - SHOWN} more`;
}

/** `a`, `a or b`, `a, b or c`, in the order given; at most eight. */
export function orList(items: readonly string[]): string {
  if (items.length <= SHOWN) return join(items, 'or');
  return `${items.slice(0, SHOWN).join(', ')} or one of ${items.length - SHOWN} more`;
}

function join(items: readonly string[], word: string): string {
  if (items.length <= 1) return items[0] ?? 'nothing';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}
