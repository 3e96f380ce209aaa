// Parsing for editors: of a text that was parsed before, only the sections that have changed are read again. The trees of
// the others are kept as they are and moved to where they stand now. What comes out is what `parse` gives; only where
// parentheses nest too deep, those of each statement are counted by themselves.

import type { IToken } from 'chevrotain';
import type { PolicyFile, Statement } from '../ast.ts';
import { strictParser } from '../grammar/statements.ts';
import { lex } from '../lexer.ts';
import { limitNesting } from '../nesting.ts';
import { parse, parsePieces, parseWhole } from '../parse.ts';
import type { Report } from '../report.ts';
import { createSourceFile, type SourceFile } from '../source-file.ts';
import { Equal } from '../tokens.ts';
import { cutSections, type Section } from './sections.ts';
import { collectSpans, type MovableSpan, moveSpans } from './spans.ts';

/** Remembers the files of a policy as they were last parsed. */
export interface ParseMemory {
  /** As `parse`. Trees that it gave before for the same path are void afterwards. */
  readonly parse: typeof parse;
}

type Reported = Parameters<Report>;

/** What a file gave. */
interface KnownFile {
  readonly tree: PolicyFile;
  readonly reports: readonly Reported[];
  readonly sections: readonly KnownSection[];
}

/** A section that was read; `statements` are undefined where it has syntax errors. */
interface KnownSection {
  text: string;
  start: number;
  readonly tokens: IToken[];
  readonly reports: readonly Reported[];
  readonly statements: readonly Statement[] | undefined;
  /** Whether the text could go on behind its end. */
  readonly isOpen: boolean;
  readonly spans: readonly MovableSpan[];
}

/** Creates an empty memory. */
export function createParseMemory(): ParseMemory {
  const files = new Map<string, KnownFile>();
  return {
    parse(source, report) {
      const known = files.get(source.path);
      const file = known?.tree.span.source.text === source.text ? known : parseAgain(source, known?.sections ?? []);
      files.set(source.path, file);
      for (const reported of file.reports) report(...reported);
      return file.tree;
    },
  };
}

function parseAgain(source: SourceFile, known: readonly KnownSection[]): KnownFile {
  const cut = cutSections(source.text);
  const sections = cut && readSections(cut, source, known);
  const reports: Reported[] = [];
  const report: Report = (...reported) => void reports.push(reported);
  if (sections === undefined || sections.some(({ tokens }) => tokens.at(-1)?.tokenType === Equal)) {
    return { tree: parse(source, report), reports, sections: [] };
  }
  for (const section of sections) reports.push(...section.reports);
  const statements = joinSections(sections, source, report);
  const span = { source, start: 0, end: source.text.length };
  return { tree: { kind: 'file', statements, span }, reports, sections };
}

/** Takes what stands unchanged at the beginning and at the end, and reads what is between. */
function readSections(cut: readonly Section[], source: SourceFile, known: readonly KnownSection[]): KnownSection[] {
  const most = Math.min(cut.length, known.length);
  let [head, tail] = [0, 0];
  while (head < most && known[head]?.text === cut[head]?.text) head++;
  while (tail < most - head && known.at(-1 - tail)?.text === cut.at(-1 - tail)?.text) tail++;
  return cut.map((section, index) => {
    const behind = cut.length - index;
    const same = index < head ? known[index] : behind <= tail ? known.at(-behind) : undefined;
    // Repairs change tokens, so what is broken is always read again.
    return same?.statements === undefined ? readSection(section, source) : moveSection(same, section, source);
  });
}

function moveSection(known: KnownSection, { start, text }: Section, source: SourceFile): KnownSection {
  const by = start - known.start;
  moveSpans(known.spans, source, by);
  if (by !== 0) for (const token of known.tokens) token.startOffset += by;
  known.start = start;
  // The same characters, but not a part of an old text that would be kept for them.
  known.text = text;
  return known;
}

function readSection({ start, text }: Section, source: SourceFile): KnownSection {
  const reports: Reported[] = [];
  const report: Report = (...reported) => void reports.push(reported);
  const alone = createSourceFile(source.path, text);
  const tokens = limitNesting(lex(alone, report).tokens, alone, report);
  moveSpans(collectSpans([tokens.map(({ payload }) => payload), reports]), source, start);
  for (const token of tokens) token.startOffset += start;
  const statements = parseWhole(tokens, source);
  const isOpen = statements === undefined && stoppedAtEnd(tokens);
  const spans =
    statements === undefined ? [] : collectSpans([tokens.map(({ payload }) => payload), reports, statements]);
  return { text, start, tokens, reports, statements, isOpen, spans };
}

/** True if the parser found nothing wrong before the last tokens, further than which it does not look. */
function stoppedAtEnd(tokens: readonly IToken[]): boolean {
  const [error] = strictParser().errors;
  return error !== undefined && !tokens.slice(0, -2).includes(error.token);
}

/** The statements of all sections. What is broken is read with repairs, unless it only goes on in the next section. */
function joinSections(sections: readonly KnownSection[], source: SourceFile, report: Report): readonly Statement[] {
  const broken = sections.findIndex(({ statements }) => statements === undefined);
  if (broken < 0) return sections.flatMap(({ statements = [] }) => statements);
  if (sections[broken]?.isOpen === true) {
    const rest = parseWhole(
      sections.slice(broken).flatMap(({ tokens }) => tokens),
      source,
    );
    if (rest !== undefined) return [...sections.slice(0, broken).flatMap(({ statements = [] }) => statements), ...rest];
  }
  return sections.flatMap(({ statements, tokens }, index) => {
    if (statements !== undefined) return statements;
    const next = sections.slice(index + 1).find((section) => section.tokens.length > 0)?.tokens[0];
    return parsePieces([...tokens], source, report, next);
  });
}
