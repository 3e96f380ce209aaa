// Colour of diagnostics, which never carries meaning alone.

import type { Severity } from './diagnostic.ts';

/** Ways to emphasise a piece of text. */
export interface Paint {
  severity(severity: Severity, text: string): string;
  strong(text: string): string;
  /** Line numbers, frames and secondary labels. */
  frame(text: string): string;
}

const CODES = { error: '31', warning: '33', hint: '36' } as const;

/** ANSI colours. */
export const colourPaint: Paint = {
  severity: (severity, text) => sgr(`1;${CODES[severity]}`, text),
  strong: (text) => sgr('1', text),
  frame: (text) => sgr('34', text),
};

/** No colours. */
export const plainPaint: Paint = {
  severity: (_severity, text) => text,
  strong: (text) => text,
  frame: (text) => text,
};

function sgr(code: string, text: string): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}
