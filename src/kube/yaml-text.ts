// YAML text -> one plain value per document, with the line of everything in it.
// Scalars are numbers only where YAML 1.1 (kubectl's) and 1.2 agree: kubectl prints the text `1e3` or `0o17` without
// quotes, and such a label must stay the text it is. `on`, `yes` and `no` are text, as YAML 1.2 has it.
// Most texts are simple enough for simple-yaml.ts, which is far faster; the library reads all others, and says what is wrong.
// Aliases are limited, so that a small file cannot unfold into gigabytes.

import { type Document, isNode, LineCounter, type ParseOptions, parseAllDocuments, type ScalarTag } from 'yaml';
import { isRecord } from '../unknown.ts';
import type { FieldPath } from './fields.ts';
import { type Extent, type Item, parseSimpleYaml, type ReadItem, type SimpleYaml } from './simple-yaml.ts';

/** One document of a file. */
export interface YamlDocument {
  readonly value: unknown;
  /** The 1-based line of the value at a path, or of the innermost one around it. */
  lineOf(path: FieldPath): number;
}

/** All documents of a text, or why it is no YAML. */
export type YamlText =
  | { readonly kind: 'documents'; readonly documents: readonly YamlDocument[] }
  | { readonly kind: 'broken'; readonly line: number; readonly message: string };

/** How many times the aliases of one document may repeat what they stand for. */
const MAX_ALIASES = 100;

const signedExponent: ScalarTag = {
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+][0-9]+$/,
  resolve: (text) => Number.parseFloat(text),
};

/** Parses every document of a text; empty ones are left out. */
export function parseYaml(text: string): YamlText {
  const simple = parseSimpleYaml(text, parseItem);
  if (simple === undefined) return parseAnyYaml(text);
  const { value } = simple;
  return {
    kind: 'documents',
    documents: value === undefined ? [] : [{ value, lineOf: createSimpleLines(text, simple) }],
  };
}

/** Lines in simple YAML: those where objects begin are known; for any other one the object is parsed again. */
function createSimpleLines(text: string, { value, line, items }: SimpleYaml): YamlDocument['lineOf'] {
  const whole: Extent = { line: 1, start: 0, end: text.length };
  const again = new Map<Extent, YamlDocument | undefined>();
  return (path) => {
    const { extent, rest } = innermostItem(value, path, items);
    if (rest.length === 0) return extent?.at ?? line;
    const part = extent ?? whole;
    if (!again.has(part)) again.set(part, onlyDocument(text.slice(part.start, part.end)));
    // An item that is cut out still is a list, of that one item.
    const steps = extent === undefined ? rest : [0, ...rest];
    return part.line - 1 + (again.get(part)?.lineOf(steps) ?? 1);
  };
}

/** The innermost item of a list around what stands at a path, if there is one, and the path inside it. */
function innermostItem(value: unknown, path: FieldPath, items: SimpleYaml['items']) {
  let found: { readonly extent: Item | undefined; readonly rest: FieldPath } = { extent: undefined, rest: path };
  if (items.size === 0) return found;
  let inner = value;
  let depth = 0;
  for (const step of path) {
    depth++;
    inner = Array.isArray(inner) ? inner[Number(step)] : isRecord(inner) ? inner[step] : undefined;
    const extent = items.get(inner);
    if (extent !== undefined) found = { extent, rest: path.slice(depth) };
  }
  return found;
}

/** An object of a list that is cut out, with its dash. */
function parseItem(text: string): ReturnType<ReadItem> {
  const document = onlyDocument(text);
  const list: readonly unknown[] = Array.isArray(document?.value) ? document.value : [];
  const [value, ...more] = list;
  if (!isRecord(value) || more.length > 0) return undefined;
  return { value, line: document?.lineOf([0]) ?? 1 };
}

function onlyDocument(text: string): YamlDocument | undefined {
  const parsed = parseAnyYaml(text);
  return parsed.kind === 'documents' && parsed.documents.length === 1 ? parsed.documents[0] : undefined;
}

/** The same by the library for all of YAML, which remembers where everything stands. */
export function parseAnyYaml(text: string): YamlText {
  const lines = new LineCounter();
  const options: ParseOptions = { lineCounter: lines, prettyErrors: false };
  const documents = parseAllDocuments(text, {
    ...options,
    logLevel: 'error',
    schema: 'failsafe',
    customTags: ['null', 'bool', 'int', 'intHex', 'floatNaN', 'float', signedExponent],
    resolveKnownTags: false,
    merge: true,
  });
  const parsed: YamlDocument[] = [];
  for (const document of documents) {
    const line = (offset: number): number => lines.linePos(offset).line;
    const error = document.errors[0];
    if (error !== undefined) return { kind: 'broken', line: line(error.pos[0]), message: firstSentence(error.message) };
    if (document.contents === null) continue;
    const value = toPlain(document);
    if (value.kind === 'refused') {
      return { kind: 'broken', line: line(document.range[0]), message: value.message };
    }
    const lineOf = (path: FieldPath): number => line(offsetOf(document, path));
    if (value.value !== null) parsed.push({ value: value.value, lineOf });
  }
  return { kind: 'documents', documents: parsed };
}

type Plain =
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly message: string };

function toPlain(document: Document): Plain {
  try {
    return { kind: 'plain', value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError) {
      return { kind: 'refused', message: `its aliases unfold to more than ${MAX_ALIASES} copies, or name no anchor` };
    }
    // What stands at `<<` is looked at only here.
    if (!(error instanceof Error && error.message.startsWith('Merge sources'))) throw error;
    return { kind: 'refused', message: firstSentence(error.message) };
  }
}

function offsetOf(document: Document, path: FieldPath): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function firstSentence(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1);
}
