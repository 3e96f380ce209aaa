// Durations as the language writes them: a whole number and one unit.

/** Milliseconds of each unit. */
export const DURATION_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The milliseconds of `10s`; undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  return isUnit(unit) ? Number(digits) * DURATION_UNITS[unit] : undefined;
}

function isUnit(word: string | undefined): word is keyof typeof DURATION_UNITS {
  return word !== undefined && Object.hasOwn(DURATION_UNITS, word);
}
