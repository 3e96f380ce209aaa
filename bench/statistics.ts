// Numbers about numbers: medians and nearest-rank percentiles, never means, because one pause of a shared machine
// would be all that a mean shows.

/** The value at or below which this share of the values lies (nearest rank); `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `2.61`, with as many decimals as the size of the number deserves. */
export function renderNumber(value: number): string {
  if (Number.isNaN(value)) return '-';
  const decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toFixed(decimals);
}
