/** A source text taken out of its marks. */
export interface MarkedSource {
  readonly text: string;
  /** The marked spans in order of their start; offsets into `text`, end exclusive. */
  readonly spans: readonly MarkedSpan[];
}

/** One marked piece. */
export interface MarkedSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes the marks out of a source text: `announce ‹lables›` gives the text `announce lables` and the span of `lables`.
 * Marks may nest; `‹›` marks a place without text. Unbalanced marks throw.
 */
export function parseMarkedSource(marked: string): MarkedSource {
  let text = '';
  const open: number[] = [];
  const spans: MarkedSpan[] = [];
  for (const character of marked) {
    if (character === '‹') open.push(text.length);
    else if (character === '›') spans.push({ start: lastOpen(open), end: text.length });
    else text += character;
  }
  if (open.length > 0) throw new Error('a mark is opened by ‹ and never closed by ›');
  return { text, spans: spans.sort((a, b) => a.start - b.start || b.end - a.end) };
}

function lastOpen(open: number[]): number {
  const start = open.pop();
  if (start === undefined) throw new Error('a mark is closed by › and was never opened by ‹');
  return start;
}
