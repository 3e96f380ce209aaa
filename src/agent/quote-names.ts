import { listNames } from '../engine/wording.ts';

/** `a`, `b` and `c`, each in backticks: sorted, at most eight of them; `none` for an empty list. */
export function quoteNames(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (names.length === 0) return 'none';
  const quoted = names.toSorted().map((name) => `\`${name}\``);
  return listNames(quoted, word);
}
