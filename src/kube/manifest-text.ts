// The text of one manifest file -> the objects in it that the engine reads, each with its line.
// A text that is neither YAML nor JSON is broken as a whole: where its documents end cannot be known.
// An object that does not decode is refused alone; the others of its file stand.

import { assertNever } from '../dsl/assert-never.ts';
import { printable } from '../dsl/printable.ts';
import type { ClusterObject } from '../engine/objects.ts';
import { isRecord } from '../unknown.ts';
import { type ApiType, decodeObject, type ObjectId } from './decode.ts';
import { type FieldPath, type FieldProblem, renderFieldPath } from './fields.ts';
import { createJsonPlaces } from './json-places.ts';
import { createLineCounter } from './line-counter.ts';
import { parseYaml, type YamlText } from './yaml-text.ts';

/** What a manifest file holds. */
export type ManifestText =
  | {
      readonly kind: 'readable';
      readonly objects: readonly ManifestObject[];
      readonly refused: readonly RefusedObject[];
      /** How many objects are of kinds that the engine does not read. */
      readonly others: number;
    }
  /** `line` is absent where the bytes are no text at all. */
  | { readonly kind: 'broken'; readonly line: number | undefined; readonly message: string };

/** An object and the line it starts on. */
export interface ManifestObject {
  readonly object: ClusterObject;
  readonly line: number;
}

/** An object that does not decode. */
export interface RefusedObject {
  /** Absent if not even its name can be read. */
  readonly id: ObjectId | undefined;
  readonly line: number;
  readonly message: string;
}

/** Lists inside lists deeper than this are refused; the API nests none. */
const MAX_LIST_DEPTH = 4;

/** Reads YAML or JSON, one document or many, and unfolds lists. */
export function parseManifest(bytes: Uint8Array): ManifestText {
  return createManifestParser()(bytes);
}

/**
 * A parser for one file over time. It remembers the documents of the last text, so that a change to one of a thousand
 * costs the parsing of one.
 */
export function createManifestParser(): (bytes: Uint8Array) => ManifestText {
  let known: ReadonlyMap<string, Part> = new Map();
  return (bytes) => {
    const text = decodeUtf8(bytes);
    if (text === undefined) return { kind: 'broken', line: undefined, message: 'it is not UTF-8 text' };
    const pieces = splitDocuments(text);
    const parts = pieces.map((piece): Part => known.get(piece.text) ?? parsePart(piece.text));
    known = new Map(pieces.length === 1 ? [] : parts.map((part, index) => [pieces[index]?.text ?? '', part]));
    return joinParts(parts.map((part, index) => ({ part, line: pieces[index]?.line ?? 1 })));
  };
}

/** The objects of one kind as they stand in a text, lists unfolded, undecoded; undefined where the text is no manifest. */
export function parseObjectsOf(kind: string, bytes: Uint8Array): readonly unknown[] | undefined {
  const text = decodeUtf8(bytes);
  // Most texts have none, and need not be parsed a second time.
  if (text === undefined || !text.includes(kind)) return text === undefined ? undefined : [];
  const parts = splitDocuments(text).map((piece) => parseText(piece.text));
  const found: unknown[] = [];
  for (const part of parts) {
    if (part.kind === 'broken') return undefined;
    for (const { value } of part.documents) found.push(...unfold(kind, value, 0));
  }
  return found;
}

function unfold(kind: string, value: unknown, depth: number): readonly unknown[] {
  if (!isRecord(value) || depth > MAX_LIST_DEPTH) return [];
  if (value.kind === kind) return [value];
  if (!Array.isArray(value.items)) return [];
  const items: readonly unknown[] = value.items;
  // The items of a typed list have no kind of their own.
  return value.kind === `${kind}List` ? items : items.flatMap((item) => unfold(kind, item, depth + 1));
}

/** What one piece of a text holds; lines count from the start of the piece. */
type Part = ({ readonly kind: 'found' } & Found) | Extract<YamlText, { kind: 'broken' }>;

interface Piece {
  readonly text: string;
  /** The line of the file that it starts on. */
  readonly line: number;
}

/** Cuts a text before each line `---`, which ends a YAML document wherever it stands. A directive belongs to what follows. */
function splitDocuments(text: string): readonly Piece[] {
  if (/^%/m.test(text)) return [{ text, line: 1 }];
  const lineAt = createLineCounter(text);
  const cuts = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index).filter((index) => index > 0);
  return [0, ...cuts].map((start, index) => ({ text: text.slice(start, cuts[index]), line: lineAt(start) }));
}

function parsePart(text: string): Part {
  const documents = parseText(text);
  if (documents.kind === 'broken') return documents;
  const found: Found = { objects: [], refused: [], others: 0 };
  for (const document of documents.documents) {
    collect(found, { value: document.value, path: [], lineOf: document.lineOf });
  }
  return { kind: 'found', ...found };
}

function joinParts(parts: readonly { readonly part: Part; readonly line: number }[]): ManifestText {
  const all: Found = { objects: [], refused: [], others: 0 };
  for (const { part, line } of parts) {
    if (part.kind === 'broken') return { ...part, line: part.line + line - 1 };
    for (const item of part.objects) all.objects.push({ ...item, line: item.line + line - 1 });
    for (const item of part.refused) all.refused.push({ ...item, line: item.line + line - 1 });
    all.others += part.others;
  }
  return { kind: 'readable', ...all };
}

/** JSON first where it looks like JSON: it is YAML too, but this parser is twenty times faster. */
function parseText(text: string): YamlText {
  if (!/^(---)?\s*[{[]/.test(text)) return parseYaml(text);
  const lineAt = createLineCounter(text);
  const json = text.replace(/^---/, '   ');
  try {
    const value: unknown = JSON.parse(json);
    const places = createJsonPlaces(json);
    return { kind: 'documents', documents: [{ value, lineOf: (path) => lineAt(places.offsetOf(path)) }] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Flow style is YAML that only looks like JSON.
    return /^(---)?\s*[{[]\s*["{]/.test(text) ? brokenJson(text, lineAt, error.message) : parseYaml(text);
  }
}

function brokenJson(
  text: string,
  lineAt: (offset: number) => number,
  message: string,
): Extract<YamlText, { kind: 'broken' }> {
  const position = /at position (\d+)/.exec(message)?.[1];
  const line = lineAt(position === undefined ? text.length : Number(position));
  const reason = message.replace(/ in JSON at position .*| \(line .*|, \S*".*/s, '');
  return {
    kind: 'broken',
    line,
    message: printable(`not valid JSON: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`),
  };
}

interface Found {
  readonly objects: ManifestObject[];
  readonly refused: RefusedObject[];
  others: number;
}

interface Located {
  readonly value: unknown;
  readonly path: FieldPath;
  readonly lineOf: (path: FieldPath) => number;
}

function collect(found: Found, { value, path, lineOf }: Located, inherited?: ApiType, depth = 0): void {
  const decoded = decodeObject(value, inherited);
  switch (decoded.kind) {
    case 'object':
      found.objects.push({ object: decoded.object, line: lineOf(path) });
      return;
    case 'other':
      found.others++;
      return;
    case 'refused':
      found.refused.push(...decoded.problems.map((problem) => refuse(problem, decoded.id, path, lineOf)));
      return;
    case 'list':
      if (depth === MAX_LIST_DEPTH) {
        found.refused.push({ id: undefined, line: lineOf(path), message: 'lists are nested too deeply' });
        return;
      }
      decoded.items.forEach((item, index) => {
        collect(found, { value: item, path: [...path, 'items', index], lineOf }, decoded.itemType, depth + 1);
      });
      return;
    default:
      assertNever(decoded);
  }
}

function refuse(
  problem: FieldProblem,
  id: ObjectId | undefined,
  objectPath: FieldPath,
  lineOf: Located['lineOf'],
): RefusedObject {
  const line = lineOf([...objectPath, ...problem.path]);
  const parts = [id, renderFieldPath(problem.path), problem.message].filter((part) => part);
  return { id, line, message: printable(parts.join(': ')) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
