// What can stand where the grammar asks for a name, a string, a service path or a community.

import type { IToken } from 'chevrotain';
import { CompletionItemKind } from 'vscode-languageserver';
import {
  AO_ALGORITHMS,
  type Declaration,
  fieldInfo,
  type NameSpace,
  type NextToken,
  namesIn,
  renderName,
  SESSION_ROLES,
  tokens,
  typeOf,
  WELL_KNOWN_COMMUNITIES,
} from '../dsl/editor.ts';
import type { Suggestion } from './completion.ts';
import { describeInOneLine } from './describe.ts';
import type { Fixtures } from './fixtures.ts';
import { pathsFor } from './path-suggestions.ts';
import type { FileView } from './policy-view.ts';
import { keysOf, nodeNames, servicePaths, valuesOf } from './seen-values.ts';
import type { SyntaxContext } from './syntax-context.ts';
import { isField } from './word-help.ts';

const RANK = 1;

/** Suggestions for a token that is no keyword. */
export function suggestValues(
  next: NextToken,
  context: SyntaxContext,
  file: FileView,
  fixtures: Fixtures,
  isInString: boolean,
): readonly Suggestion[] {
  const { type, rules } = next;
  if (type === tokens.WellKnownToken) return Object.keys(WELL_KNOWN_COMMUNITIES).map((text) => word(text));
  if (type === tokens.Path) return servicePaths(fixtures).map((text) => word(text, CompletionItemKind.Reference));
  if (type === tokens.StringToken) return suggestStrings(rules, context, file, fixtures);
  if (type !== tokens.RefToken) return [];
  if (rules.includes('role')) return SESSION_ROLES.map((text) => word(text));
  if (rules.includes('authentication')) return AO_ALGORITHMS.map((text) => word(text));
  if (rules.includes('operand')) return suggestOperands(context, file, fixtures);
  if (rules.includes('expectedNodes') || rules.includes('nodes')) {
    return nodeNames(fixtures).map((name) => word(isInString ? JSON.stringify(name) : renderName(name)));
  }
  return namesFor(rules).flatMap(({ space, accepts }) => suggestNames(space, accepts, file, isInString));
}

/** Which names fit at a place of the grammar. */
function namesFor(rules: readonly string[]): readonly { space: NameSpace; accepts: (d: Declaration) => boolean }[] {
  const has = (rule: string): boolean => rules.includes(rule);
  const any = (): boolean => true;
  if (has('filters')) return [{ space: 'filter', accepts: any }];
  if (has('toSetting') || (has('expect') && rules.at(-1) === 'ref')) return [{ space: 'session', accepts: any }];
  if (rules.at(-2) === 'peer') return [{ space: 'session', accepts: ({ kind }) => kind === 'template' }];
  const type = VALUE_TYPES[rules.at(-1) ?? ''];
  if (type === undefined) return [];
  return [{ space: 'let', accepts: isLetOf(type) }];
}

/** Grammar rule of a value → the type of `let` that fits. */
const VALUE_TYPES: Readonly<Record<string, string>> = {
  prefix: 'prefix',
  address: 'prefix',
  asn: 'number',
  community: 'community',
  value: 'any',
};

function isLetOf(type: string): (declaration: Declaration) => boolean {
  return (declaration) => {
    if (declaration.kind !== 'let' || type === 'any') return declaration.kind === 'let';
    const [first] = declaration.values;
    // What another name stands for is not looked up: better one name too many than one that is missing.
    return first === undefined || first.kind === 'ref' || typeOf(first) === type;
  };
}

function suggestNames(
  space: NameSpace,
  accepts: (declaration: Declaration) => boolean,
  { policy }: FileView,
  isInString: boolean,
): readonly Suggestion[] {
  const declarations = [...namesIn(space, policy.analysis.model.scope).values()].filter(accepts);
  return declarations.map((declaration) => {
    const { text } = declaration.name;
    const detail = describeInOneLine(declaration);
    return {
      text: isInString ? JSON.stringify(text) : renderName(text),
      kind: KINDS[declaration.kind],
      detail,
      rank: RANK,
    };
  });
}

const KINDS = {
  let: CompletionItemKind.Constant,
  range: CompletionItemKind.Struct,
  filter: CompletionItemKind.Function,
  template: CompletionItemKind.Class,
  peer: CompletionItemKind.Interface,
} as const;

/** The other side of a comparison: enumerated words, ranges, or values that were seen. */
function suggestOperands(context: SyntaxContext, file: FileView, fixtures: Fixtures): readonly Suggestion[] {
  const field = comparedField(context.before);
  if (field === undefined) return [];
  const { type } = fieldInfo(field.name);
  switch (type.kind) {
    case 'words':
      return type.words.map((text) => word(text));
    case 'range':
      return suggestNames('range', () => true, file, false);
    case 'text':
      return [
        ...valuesOf(field, context.subject, file, fixtures).map((value) => string(value)),
        ...suggestNames('let', isLetOf('string'), file, false),
      ];
    case 'number':
      return suggestNames('let', isLetOf('number'), file, false);
    case 'flag':
      return [];
  }
}

/** The field on the other side of the last operator. */
function comparedField(before: readonly IToken[]): { name: Parameters<typeof fieldInfo>[0]; key?: string } | undefined {
  const operator = before.findLastIndex(({ image }) => /^(==|!=|<=|>=|<|>|in)$/.test(image));
  const end = before[operator - 1]?.image === 'not' ? operator - 1 : operator;
  const last = before[end - 1];
  if (last === undefined) return undefined;
  if (isField(last.image)) return { name: last.image };
  const keyed = before[end - 2]?.image;
  return keyed !== undefined && isField(keyed) ? { name: keyed, key: last.image.replace(/^"|"$/g, '') } : undefined;
}

function suggestStrings(
  rules: readonly string[],
  { before, subject }: SyntaxContext,
  file: FileView,
  fixtures: Fixtures,
): readonly Suggestion[] {
  const last = before.at(-1)?.image;
  if (last !== 'label' && last !== 'annotation' && last !== 'taint') {
    return pathsFor(last, file).map((path) => string(path, CompletionItemKind.File));
  }
  const about = rules.includes('fromObject') ? 'node' : subject;
  return keysOf(last, about, file, fixtures).map((key) => string(key, CompletionItemKind.Property));
}

function word(text: string, kind: CompletionItemKind = CompletionItemKind.EnumMember): Suggestion {
  return { text, kind, rank: RANK };
}

function string(value: string, kind: CompletionItemKind = CompletionItemKind.Value): Suggestion {
  return { text: JSON.stringify(value), kind, rank: RANK };
}
