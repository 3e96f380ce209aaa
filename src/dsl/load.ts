// Entries → parsed files → one list of statements. An `include` stands for the statements of the files it names, at its
// place; each file counts once. What cannot be read is reported where it was named and the rest goes on.

import type { PolicyFile, Statement, StringLiteral } from './ast.ts';
import { messages } from './messages.ts';
import { parse } from './parse.ts';
import type { Report } from './report.ts';
import { createSourceFile, type SourceFile } from './source-file.ts';
import { joinPath, type SourceHost } from './source-host.ts';

/** All files of a policy, read and parsed. */
export interface LoadedPolicy {
  /** In the order read. */
  readonly files: readonly PolicyFile[];
  /** Every statement but `include`, in the order of the text. */
  readonly statements: readonly Statement[];
}

/** Reads and parses entries (files or directories as given on the command line) and everything they include. */
export function load(
  entries: readonly string[],
  host: SourceHost,
  report: Report,
  parseFile: typeof parse = parse,
): LoadedPolicy {
  const loader = createLoader(host, report, parseFile);
  if (entries.length === 0) report(emptySpan(''), messages['empty-policy']({ path: '', directory: false }));
  for (const entry of entries) {
    const paths = host.list(entry);
    if (paths === undefined) loader.load(entry, undefined, []);
    else if (paths.length === 0) report(emptySpan(entry), messages['empty-policy']({ path: entry, directory: true }));
    else for (const path of paths) loader.load(path, undefined, []);
  }
  return { files: loader.files, statements: loader.statements };
}

function createLoader(host: SourceHost, report: Report, parseFile: typeof parse) {
  const files: PolicyFile[] = [];
  const statements: Statement[] = [];
  const seen = new Set<string>();
  const keyOf = (path: string): string => host.identity?.(path) ?? joinPath('', path);

  function loadFile(path: string, namedBy: StringLiteral | undefined, chain: readonly string[]): void {
    const key = keyOf(path);
    const before = chain.findIndex((each) => keyOf(each) === key);
    if (before >= 0) {
      const circle = [...chain.slice(before), path];
      report(namedBy?.span ?? emptySpan(path), messages['include-cycle']({ chain: circle }));
      return;
    }
    if (seen.has(key)) return;
    seen.add(key);
    const source = readSource(path, namedBy, host, report);
    if (source === undefined) return;
    const file = parseFile(source, report);
    files.push(file);
    for (const statement of file.statements) {
      if (statement.kind === 'include') loadIncluded(statement.pattern, [...chain, path]);
      else statements.push(statement);
    }
  }

  function loadIncluded(pattern: StringLiteral, chain: readonly string[]): void {
    const paths = host.glob(pattern.value, chain.at(-1) ?? '');
    if (paths.length === 0) report(pattern.span, messages['include-matches-nothing']({ pattern: pattern.value }));
    for (const path of paths) loadFile(path, pattern, chain);
  }

  return { files, statements, load: loadFile };
}

function readSource(
  path: string,
  namedBy: StringLiteral | undefined,
  host: SourceHost,
  report: Report,
): SourceFile | undefined {
  const result = host.read(path);
  if (result.kind === 'unreadable') {
    report(namedBy?.span ?? emptySpan(path), messages['unreadable-file']({ path, message: result.message }));
    return undefined;
  }
  if (typeof result.bytes === 'string') return createSourceFile(path, result.bytes.replace(/^\uFEFF/, ''));
  return decodeSource(path, result.bytes, report);
}

/** Decodes UTF-8 without its byte-order mark; what is undecodable becomes U+FFFD, and is reported once. */
export function decodeSource(path: string, bytes: Uint8Array, report: Report): SourceFile {
  const text = new TextDecoder().decode(bytes);
  const replacement = text.indexOf('\uFFFD');
  if (replacement < 0 || isUtf8(bytes)) return createSourceFile(path, text);
  // The text before the first replacement is decoded, so its bytes can be counted again.
  const offset = new TextEncoder().encode(text.slice(0, replacement)).length + markLength(bytes);
  // Names that are declared behind it are known, so that their uses are no mistakes. Nothing can be read of UTF-16.
  const source = createSourceFile(path, isUtf16(bytes) ? '' : text);
  report({ source, start: replacement, end: replacement }, messages['undecodable-text']({ offset }));
  return source;
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function emptySpan(path: string) {
  return { source: createSourceFile(path, ''), start: 0, end: 0 };
}
