// Reads values out of JSON that other programs print, without trusting its shape.

/** The value at a path of object keys and array positions; undefined where any step is missing. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.entries(current).find(([key]) => key === String(step))?.[1];
  }
  return current;
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The number at a path; throws where there is none, because a missing counter must not pass as an equal one. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = valueAt(value, ...path);
  if (typeof found === 'number') return found;
  throw new Error(`no number at ${path.join('.')} in ${JSON.stringify(value)?.slice(0, 500)}`);
}

/** Parses JSON as something whose shape is not known yet. */
export function parseJson(text: string): unknown {
  return JSON.parse(text);
}
