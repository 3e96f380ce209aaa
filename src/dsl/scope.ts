// Statements → name spaces. Ranges, filters and lets have one each; peers and templates share one. Names that are
// taken twice or reserved are reported here; the first declaration wins, so that uses of it still resolve.

import type {
  FilterStatement,
  Let,
  Name,
  PeerStatement,
  RangeStatement,
  Ref,
  SpeakerStatement,
  Statement,
  TemplateStatement,
} from './ast.ts';
import { habitOf } from './foreign-words.ts';
import { messages } from './messages.ts';
import type { Report } from './report.ts';
import type { Span } from './span.ts';
import { nearest } from './suggest.ts';
import { isReserved } from './tokens.ts';

/** A statement that declares a name. */
export type Declaration = Let | RangeStatement | FilterStatement | TemplateStatement | PeerStatement;

/** Everything a name can refer to. */
export interface Scope {
  readonly speaker: SpeakerStatement | undefined;
  readonly lets: ReadonlyMap<string, Let>;
  readonly ranges: ReadonlyMap<string, RangeStatement>;
  readonly filters: ReadonlyMap<string, FilterStatement>;
  /** Peers and templates. */
  readonly sessions: ReadonlyMap<string, PeerStatement | TemplateStatement>;
  readonly declarations: readonly Declaration[];
}

/** Collects the declarations of a policy. */
export function declare(statements: readonly Statement[], report: Report): Scope {
  const speakers: SpeakerStatement[] = [];
  const lets = new Map<string, Let>();
  const ranges = new Map<string, RangeStatement>();
  const filters = new Map<string, FilterStatement>();
  const sessions = new Map<string, PeerStatement | TemplateStatement>();
  const declarations: Declaration[] = [];
  for (const statement of statements) {
    if (statement.kind === 'speaker') speakers.push(statement);
    else if (statement.kind === 'let') add(lets, statement, 'value', report);
    else if (statement.kind === 'range') add(ranges, statement, 'range', report);
    else if (statement.kind === 'filter') add(filters, statement, 'filter', report);
    else if (statement.kind === 'peer' || statement.kind === 'template') {
      add(sessions, statement, 'peer or template', report);
    } else continue;
    if (statement.kind !== 'speaker') declarations.push(statement);
  }
  reportSpeakers(speakers, report);
  return { speaker: speakers[0], lets, ranges, filters, sessions, declarations };
}

/** Looks a reference up, or reports it with the nearest name; `others` are words that could have stood there too. */
export function lookUp<T>(
  ref: { readonly text: string; readonly span: Span },
  names: ReadonlyMap<string, T>,
  code: 'unknown-filter' | 'unknown-range' | 'unknown-peer' | 'unknown-template' | 'unknown-value',
  report: Report,
  others: readonly string[] = [],
  advice?: string,
): T | undefined {
  const found = names.get(ref.text);
  // What recovery put in has no text, not even the quotes of an empty string.
  if (found !== undefined || ref.span.end <= ref.span.start) return found;
  const help = advice ?? (code === 'unknown-value' ? adviceForValue(ref.text) : undefined);
  const habit = habitOf(ref.text, others);
  const near = help === undefined ? (habit ?? nearest(ref.text, [...names.keys(), ...others])) : undefined;
  const known = near === undefined && help === undefined ? [...names.keys()] : [];
  const message = messages[code]({ name: ref.text, near, known, ...(help !== undefined && { help }) });
  if (near === undefined) report(ref.span, message);
  else {
    const newText = others.includes(near) ? near : renderName(near);
    report(ref.span, message, { fix: { span: ref.span, newText, guess: true } });
  }
  return undefined;
}

/** Values that look like names. */
function adviceForValue(text: string): string | undefined {
  if (/^[0-9A-Fa-f]*[.:][0-9A-Fa-f.:/]*$|^\d+$/.test(text)) return `write \`${text}\` without quotes`;
  if (/^[ie]bgp$/i.test(text)) return `write \`${/^i/i.test(text) ? 'internal' : 'external'}\``;
  return /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(text)
    ? 'write an address: names of hosts are not looked up'
    : undefined;
}

/** A name as it is written where a reference stands. */
export function renderName(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !isReserved(name) ? name : JSON.stringify(name);
}

/** True if the reference was put in by recovery after a mistake that is reported already. */
export function isMissing(node: Name | Ref): boolean {
  return node.text === '' && !(node.kind === 'ref' && node.quoted);
}

function add<T extends Declaration>(names: Map<string, T>, statement: T, what: string, report: Report): void {
  const { name } = statement;
  if (isMissing(name)) return;
  if (isReserved(name.text)) {
    const fix = { span: name.span, newText: `my-${name.text}`, guess: true } as const;
    report(name.span, messages['reserved-name']({ name: name.text }), { fix });
    return;
  }
  const earlier = names.get(name.text);
  if (earlier === undefined) {
    names.set(name.text, statement);
    return;
  }
  report(name.span, messages['duplicate-name']({ what, name: name.text }), {
    also: [{ span: earlier.name.span, text: 'declared first here' }],
  });
}

function reportSpeakers([first, ...others]: readonly SpeakerStatement[], report: Report): void {
  if (first === undefined) return;
  for (const other of others) {
    report(wordOf(other.span, 'speaker'), messages['duplicate-speaker']({}), {
      also: [{ span: wordOf(first.span, 'speaker'), text: 'first speaker' }],
    });
  }
}

/** The first word of a statement. */
export function wordOf(span: Span, word: string): Span {
  return { ...span, end: Math.min(span.end, span.start + word.length) };
}
