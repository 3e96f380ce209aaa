// Times for people. Absolute ones are UTC, so that they can be laid beside the log of another machine.

/** `12 s`, `3 min`, `5 h`, `8 d`: one unit, rounded down. */
export function renderDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `2026-11-21 20:15:03Z (41 min ago)`. */
export function renderMoment(moment: number, now: number): string {
  const text = isoTime(moment);
  return `${text.slice(0, 10)} ${text.slice(11, 19)}Z (${renderDuration(now - moment)} ago)`;
}

/** ISO 8601 for JSON; null for what has not happened. */
export function toTimestamp(moment: number | undefined): string | null {
  return moment === undefined ? null : isoTime(moment);
}

/**
 * `2026-11-21T20:15:03.042Z`, as `Date` would write it. The first use of a `Date` maps the tables of time zones, which cost
 * an agent that has no other use for them close to a megabyte for good.
 */
export function isoTime(moment: number): string {
  const [days, rest] = [Math.floor(moment / DAY_MS), ((moment % DAY_MS) + DAY_MS) % DAY_MS];
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const time = `${two(rest / 3_600_000)}:${two((rest / 60_000) % 60)}:${two((rest / 1_000) % 60)}`;
  const { year, month, day } = dateOf(days);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}.${String(Math.floor(rest % 1_000)).padStart(3, '0')}Z`;
}

const DAY_MS = 86_400_000;
/** The calendar repeats after 400 years; counted from a March, the leap day ends a year. */
const ERA_DAYS = 146_097;
const DAYS_TO_1970 = 719_468;

/** The date of a day that is counted from 1970-01-01. */
function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const since = days + DAYS_TO_1970;
  const era = Math.floor(since / ERA_DAYS);
  const dayOfEra = since - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
