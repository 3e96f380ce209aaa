// Resource versions. The API server makes them decimal numbers that grow with every change; they are compared only where
// both are, and an order that cannot be told is never made up.

/** Negative if `a` is older, 0 if they are the same, positive if `a` is newer; undefined if nobody can tell. */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!isNumber(a) || !isNumber(b)) return undefined;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** True if `a` is known to be older than `b`, or the same. */
export function isNotNewer(a: string, b: string): boolean {
  const order = compareVersions(a, b);
  return order !== undefined && order <= 0;
}

function isNumber(version: string): boolean {
  return /^[1-9]\d*$/.test(version);
}
