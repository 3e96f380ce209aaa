// A diagnostic is plain data: text, JSON, editor and quick fixes are all made from it.

/** `error` refuses the policy, `warning` accepts what was almost surely not meant, `hint` is style. */
export type Severity = 'error' | 'warning' | 'hint';

/** One thing said about a policy. */
export interface Diagnostic {
  readonly severity: Severity;
  /** Kebab-case and stable for ever. */
  readonly code: string;
  /** One clause, lower case, no full stop. */
  readonly message: string;
  /** The primary one first. */
  readonly labels: readonly Label[];
  /** Facts the reader may not know. */
  readonly notes: readonly string[];
  /** What to do, with text that can be pasted. */
  readonly help?: string;
  /** Edits that repair it. */
  readonly fixes?: readonly Fix[];
}

/** A span with what is wrong, or of interest, there. */
export interface Label {
  readonly path: string;
  /** 0-based UTF-16 offsets, `end` exclusive. */
  readonly span: { readonly start: number; readonly end: number };
  readonly text: string;
  readonly primary: boolean;
}

/** A machine-applicable repair. */
export interface Fix {
  readonly title: string;
  /** False for a guess, such as the nearest name: only a reader can say whether it was meant. */
  readonly certain: boolean;
  readonly edits: readonly Edit[];
}

/** Replaces a span by a text. */
export interface Edit {
  readonly path: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly newText: string;
}

/** True if the diagnostic refuses the policy. */
export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}
