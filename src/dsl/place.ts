/** Where a statement stands: the path as it was given, and the 1-based line and column of its first character. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** `edge.bell:13:1`, the form used in JSON, logs and explanations. */
export function renderPlace(place: Place): string {
  return `${place.path}:${place.line}:${place.column}`;
}
