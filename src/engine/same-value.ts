import { isRecord } from '../unknown.ts';

/** True if two plain values (scalars, arrays, objects of such) have the same content; a key set to undefined is like no key. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  for (const key in a) {
    if (!sameValue(a[key], b[key])) return false;
  }
  for (const key in b) {
    if (a[key] === undefined && b[key] !== undefined) return false;
  }
  return true;
}
