// How a stage or a check says something: a span, a message of the catalogue, and what else points there.
// Collected diagnostics come out in source order, one per place and code.

import type { Diagnostic, Edit, Label } from './diagnostic.ts';
import type { Message } from './messages.ts';
import { oneForEachMistake, type Reported } from './one-mistake.ts';
import type { Span } from './span.ts';

/** Adds one diagnostic with its primary span. */
export type Report = (span: Span, message: Message, more?: ReportDetails) => void;

/** What a diagnostic may carry besides its message. */
export interface ReportDetails {
  /** Other places that explain it, each with a short text. */
  readonly also?: readonly { readonly span: Span; readonly text: string }[];
  /** The one edit that repairs it, certainly or, as a `guess`, probably. */
  readonly fix?: { readonly span: Span; readonly newText: string; readonly guess?: true };
  /** The text that it says all about: what it is made of is not complained about as well. */
  readonly covers?: Span;
  /** A habit of another language, told once in a file. */
  readonly habit?: string;
}

/** Collects diagnostics. `paths` gives the order of files; a file not in it comes last. */
export interface Reporter {
  readonly report: Report;
  /** What is known to be wrong so far, so that a check does not repeat it in other words. */
  readonly errors: ErrorsSoFar;
  diagnostics(paths: readonly string[]): readonly Diagnostic[];
}

/** Asks for errors that were reported already. */
export interface ErrorsSoFar {
  any(): boolean;
  /** True if one has the code. */
  has(code: string): boolean;
  /** True if the primary place of one is inside the span. */
  inside(span: Span): boolean;
}

/** A new, empty reporter. */
export function createReporter(): Reporter {
  const collected = new Map<string, Reported>();
  const places: Span[] = [];
  const codes = new Set<string>();
  return {
    report(span, message, more) {
      const key = `${message.code} ${span.source.path} ${span.start}`;
      if (collected.has(key)) return;
      const { covers, habit } = more ?? {};
      collected.set(key, { diagnostic: toDiagnostic(span, message, more), span, covers, habit });
      if (message.severity !== 'error') return;
      places.push(span);
      codes.add(message.code);
    },
    errors: {
      any: () => places.length > 0,
      has: (code) => codes.has(code),
      inside: ({ source, start, end }) =>
        places.some((place) => place.source === source && place.start >= start && place.end <= end),
    },
    diagnostics: (paths) => {
      const reported = oneForEachMistake([...collected.values()]);
      return inSourceOrder(
        reported.map(({ diagnostic }) => diagnostic),
        paths,
      );
    },
  };
}

function toDiagnostic(span: Span, message: Message, more: ReportDetails | undefined): Diagnostic {
  const { code, severity, label, help, notes } = message;
  const others = more?.also?.map((other) => toLabel(other.span, other.text, false)) ?? [];
  return {
    severity,
    code,
    message: message.message,
    labels: [toLabel(span, label, true), ...others],
    notes: notes ?? [],
    ...(help !== undefined && { help }),
    ...(more?.fix && {
      fixes: [{ title: help ?? message.message, certain: more.fix.guess !== true, edits: [toEdit(more.fix)] }],
    }),
  };
}

function toLabel(span: Span, text: string, primary: boolean): Label {
  return { path: span.source.path, span: { start: span.start, end: span.end }, text, primary };
}

function toEdit(fix: { readonly span: Span; readonly newText: string }): Edit {
  const { span, newText } = fix;
  return { path: span.source.path, span: { start: span.start, end: span.end }, newText };
}

function inSourceOrder(diagnostics: readonly Diagnostic[], paths: readonly string[]): readonly Diagnostic[] {
  const rank = new Map(paths.map((path, index) => [path, index]));
  const fileRank = (diagnostic: Diagnostic) => rank.get(diagnostic.labels[0]?.path ?? '') ?? paths.length;
  const offset = (diagnostic: Diagnostic) => diagnostic.labels[0]?.span.start ?? 0;
  // Sorting is stable, so what was reported first at one place stays first.
  return [...diagnostics].sort((a, b) => fileRank(a) - fileRank(b) || offset(a) - offset(b));
}
