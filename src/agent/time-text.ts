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
  const text = new Date(moment).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}Z (${renderDuration(now - moment)} ago)`;
}

/** ISO 8601 for JSON; null for what has not happened. */
export function toTimestamp(moment: number | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString();
}
