// Diagnostics → text: code, place, the source lines with carets under the exact spans, notes and help. Lines are shown
// in source order; other files follow with their own place. Tabs become spaces and wide characters take two columns, so
// that carets line up.

import type { Diagnostic, Label } from './diagnostic.ts';
import { colourPaint, type Paint, plainPaint } from './paint.ts';
import { lineText, type Position, positionAt, type SourceFile } from './source-file.ts';
import { displayText, displayWidth } from './text-width.ts';
import { count } from './wording.ts';

/** How diagnostics are shown. */
export interface RenderOptions {
  readonly color: boolean;
  /** How many are shown in full; the rest is counted. */
  readonly max?: number;
}

const SHOWN = 20;
const NOTE_WIDTH = 80;

/** The text form, with a count at the end; hints are for editors and left out. Empty for no diagnostics. */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
  options: RenderOptions,
): string {
  const told = diagnostics.filter((diagnostic) => diagnostic.severity !== 'hint');
  if (told.length === 0) return '';
  const paint = options.color ? colourPaint : plainPaint;
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const shown = told.slice(0, options.max ?? SHOWN);
  const blocks = shown.map((diagnostic) => renderDiagnostic(diagnostic, byPath, paint));
  return `${[...blocks, renderCount(told, shown.length)].join('\n\n')}\n`;
}

function renderCount(diagnostics: readonly Diagnostic[], shown: number): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  const hidden = diagnostics.length - shown;
  return `${parts.join(', ')}${hidden > 0 ? `; ${hidden} more not shown` : ''}`;
}

/** One diagnostic without a line end after it. */
function renderDiagnostic(diagnostic: Diagnostic, sources: ReadonlyMap<string, SourceFile>, paint: Paint): string {
  const { severity, code, message, labels, notes, help } = diagnostic;
  const placed = labels.map((label) => placeLabel(label, sources));
  const width = Math.max(...placed.map((label) => String(label.end.line).length), 1);
  const lines = [`${paint.severity(severity, `${severity}[${code}]`)}${paint.strong(`: ${displayText(message)}`)}`];
  for (const [index, path] of [...new Set(labels.map((label) => label.path))].entries()) {
    const own = placed.filter(({ label }) => label.path === path);
    lines.push(...renderFile(path, own, index === 0 ? '-->' : ':::', width, severity, paint));
  }
  const gutter = paint.frame(`${' '.repeat(width)} |`);
  if (notes.length > 0 || help !== undefined) lines.push(gutter);
  for (const note of notes) lines.push(...wrap(`note: ${displayText(note)}`));
  if (help !== undefined) lines.push(...wrap(`help: ${displayText(help)}`));
  return lines.join('\n');
}

/** A label with its positions; a span of several lines is shown on its first. */
interface PlacedLabel {
  readonly label: Label;
  readonly source: SourceFile | undefined;
  readonly start: Position;
  readonly end: Position;
}

function placeLabel(label: Label, sources: ReadonlyMap<string, SourceFile>): PlacedLabel {
  const source = sources.get(label.path);
  if (source === undefined) return { label, source, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
  const start = positionAt(source, label.span.start);
  const end = positionAt(source, label.span.end);
  const lineEnd = { line: start.line, column: lineText(source, start.line).length + 1 };
  return { label, source, start, end: end.line === start.line ? end : lineEnd };
}

function renderFile(
  path: string,
  labels: readonly PlacedLabel[],
  arrow: string,
  width: number,
  severity: Diagnostic['severity'],
  paint: Paint,
): readonly string[] {
  const pad = ' '.repeat(width);
  const primary = labels.find(({ label }) => label.primary) ?? labels[0];
  const shown = displayText(path);
  const place = primary?.source === undefined ? shown : `${shown}:${primary.start.line}:${primary.start.column}`;
  const lines = [`${pad}${paint.frame(arrow)} ${place}`];
  const source = primary?.source;
  if (source === undefined) return lines;
  lines.push(paint.frame(`${pad} |`));
  let previous: number | undefined;
  for (const line of [...new Set(labels.map((label) => label.start.line))].sort((a, b) => a - b)) {
    if (previous !== undefined && line > previous + 1) lines.push('...');
    previous = line;
    const onLine = labels.filter((label) => label.start.line === line);
    const part = partOf(lineText(source, line), onLine);
    lines.push(`${paint.frame(`${String(line).padStart(width)} |`)} ${displayText(part.text)}`.trimEnd());
    for (const label of onLine.filter(({ start }) => start.column > part.from && start.column <= part.to + 1))
      lines.push(`${paint.frame(`${pad} |`)} ${renderCarets(label, part, severity, paint)}`);
  }
  return lines;
}

/** What is shown of a line: `text` stands from `from` to `to` in it, behind the mark of what is left out before. */
interface LinePart {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly mark: string;
}

/** Lines that are longer than this are cut: nobody finds a caret a thousand columns to the right. */
const LONGEST_LINE = 240;
const CUT_LINE = 160;
const BEFORE_LABEL = 60;

/** All of a line, or what is around its first primary label. */
function partOf(line: string, labels: readonly PlacedLabel[]): LinePart {
  if (line.length <= LONGEST_LINE) return { text: line, from: 0, to: line.length, mark: '' };
  const label = labels.find((each) => each.label.primary) ?? labels[0];
  const from = betweenCharacters(line, Math.max(0, (label?.start.column ?? 1) - 1 - BEFORE_LABEL));
  const to = betweenCharacters(line, Math.min(line.length, from + CUT_LINE));
  const mark = from > 0 ? '…' : '';
  return { text: `${mark}${line.slice(from, to)}${to < line.length ? '…' : ''}`, from, to, mark };
}

/** The offset, or the one before it where it is inside a character. */
function betweenCharacters(line: string, offset: number): number {
  return (line.codePointAt(offset - 1) ?? 0) > 0xffff ? offset - 1 : offset;
}

function renderCarets(label: PlacedLabel, part: LinePart, severity: Diagnostic['severity'], paint: Paint): string {
  const at = (column: number): number => column - 1 - part.from + part.mark.length;
  const before = part.text.slice(0, at(label.start.column));
  const inside = part.text.slice(at(label.start.column), Math.max(0, at(label.end.column)));
  const { primary } = label.label;
  const carets = (primary ? '^' : '-').repeat(Math.max(1, displayWidth(inside, displayWidth(before))));
  const marked = `${carets} ${displayText(label.label.text)}`.trimEnd();
  return ' '.repeat(displayWidth(before)) + (primary ? paint.severity(severity, marked) : paint.frame(marked));
}

/** Wraps a note at words; following lines stand under its text. */
function wrap(text: string): readonly string[] {
  const indent = ' '.repeat(text.indexOf(':') + 2);
  const lines: string[] = [];
  let line = '';
  // Quoted text is never broken: it is there to be pasted.
  for (const word of text.match(/(?:`[^`]*`|[^ `])+/g) ?? []) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && displayWidth(longer) > NOTE_WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line];
}
