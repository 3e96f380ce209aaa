// YAML text -> one plain value per document, with the line of everything in it.
// Scalars are numbers only where YAML 1.1 (kubectl's) and 1.2 agree: kubectl prints the text `1e3` or `0o17` without
// quotes, and such a label must stay the text it is. `on`, `yes` and `no` are text, as YAML 1.2 has it.
// Aliases are limited, so that a small file cannot unfold into gigabytes.

import { type Document, isNode, LineCounter, type ParseOptions, parseAllDocuments, type ScalarTag } from 'yaml';
import type { FieldPath } from './fields.ts';

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
    if (!(error instanceof ReferenceError)) throw error;
    return { kind: 'refused', message: `its aliases unfold to more than ${MAX_ALIASES} copies, or name no anchor` };
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
