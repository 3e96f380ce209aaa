/** `a`, `b` and 3 more, each in backticks: sorted, at most eight of them; `none` for an empty list. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names
    .toSorted()
    .slice(0, 8)
    .map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
