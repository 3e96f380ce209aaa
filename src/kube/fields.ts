// Reading unknown JSON field by field: every value is checked where it is read, and what has the wrong type is
// reported with its path instead of being trusted. `null` counts as absent, as the Kubernetes API writes empty lists.

import { isRecord } from '../unknown.ts';

/** The place of a value inside a document: member names and list positions from the outside in. */
export type FieldPath = readonly (string | number)[];

/** A value of the wrong type or shape. */
export interface FieldProblem {
  readonly path: FieldPath;
  /** What was expected and what was found, without the path. */
  readonly message: string;
}

/** An object being read. All cursors of one document share its list of problems. */
export interface Fields {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: FieldPath;
  readonly problems: FieldProblem[];
}

/** A cursor on the outermost object, or undefined if the value is not an object. */
export function readDocument(value: unknown): Fields | undefined {
  return isRecord(value) ? { value, path: [], problems: [] } : undefined;
}

/** The text of a member; undefined if it is absent. */
export function readText(fields: Fields, name: string): string | undefined {
  const value = member(fields, name);
  return value === undefined ? undefined : asText(fields, [name], value);
}

/** The truth value of a member; undefined if it is absent. */
export function readFlag(fields: Fields, name: string): boolean | undefined {
  const value = member(fields, name);
  if (value === undefined || typeof value === 'boolean') return value;
  report(fields, [name], 'true or false', value);
  return undefined;
}

/** A cursor on a member that is an object; an absent one reads as an empty object. */
export function readObject(fields: Fields, name: string): Fields {
  return asObject(fields, [name], member(fields, name) ?? {});
}

/** Cursors on the objects of a list; an absent list reads as an empty one. */
export function readObjects(fields: Fields, name: string): readonly Fields[] {
  return list(fields, name).map((value, index) => asObject(fields, [name, index], value));
}

/** The texts of a list; an absent list reads as an empty one. */
export function readTexts(fields: Fields, name: string): readonly string[] {
  const values = list(fields, name);
  if (values.length === 0) return NO_TEXTS;
  return values.map((value, index) => asText(fields, [name, index], value) ?? '');
}

/** Of thousands of objects most have some empty list. */
const NO_TEXTS: readonly string[] = [];

/** An object whose values are all texts, as labels and annotations are. */
export function readTextMap(fields: Fields, name: string): Readonly<Record<string, string>> {
  const map = readObject(fields, name);
  const entries = Object.keys(map.value).flatMap((key) => {
    const text = readText(map, key);
    return text === undefined ? [] : [[key, text] as const];
  });
  // fromEntries defines own members, so that a label named `__proto__` is an ordinary one.
  return Object.fromEntries(entries);
}

/** `spec.externalIPs[0]`, or `metadata.labels["a.b/c"]` for a name with other characters in it. */
export function renderFieldPath(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^\w+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

function member(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields.value, name) ? fields.value[name] : undefined;
  return value === null ? undefined : value;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = member(fields, name);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  report(fields, [name], 'a list', value);
  return [];
}

function asText(fields: Fields, steps: FieldPath, value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const quote = typeof value === 'number' || typeof value === 'boolean' ? `; write "${value}" in quotes` : '';
  report(fields, steps, 'text', value, quote);
  return undefined;
}

function asObject(fields: Fields, steps: FieldPath, value: unknown): Fields {
  const path = [...fields.path, ...steps];
  if (isRecord(value)) return { value, path, problems: fields.problems };
  report(fields, steps, 'an object', value);
  return { value: {}, path, problems: fields.problems };
}

function report(fields: Fields, steps: FieldPath, expected: string, found: unknown, help = ''): void {
  const message = `expected ${expected}, found ${describe(found)}${help}`;
  fields.problems.push({ path: [...fields.path, ...steps], message });
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return `\`${value}\``;
  return value.length > 40 ? 'text' : `\`${value}\``;
}
