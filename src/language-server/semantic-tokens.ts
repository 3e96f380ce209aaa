// Semantic tokens: what the words of a file are. Colours that need the tree, such as a peer that is called `range`, come
// right here; a static grammar of the editor can only guess them.

import { SemanticTokenModifiers, SemanticTokensBuilder, SemanticTokenTypes } from 'vscode-languageserver';
import {
  type ConditionNode,
  lex,
  resolveName,
  rootConditions,
  type Statement,
  tokens as tokenTypes,
} from '../dsl/editor.ts';
import type { FileView } from './policy-view.ts';
import { positionOf } from './positions.ts';

/** The types in the order of their numbers. */
export const TOKEN_TYPES = [
  SemanticTokenTypes.keyword,
  SemanticTokenTypes.string,
  SemanticTokenTypes.number,
  SemanticTokenTypes.operator,
  SemanticTokenTypes.comment,
  SemanticTokenTypes.property,
  SemanticTokenTypes.enumMember,
  SemanticTokenTypes.variable,
  SemanticTokenTypes.struct,
  SemanticTokenTypes.function,
  SemanticTokenTypes.class,
  SemanticTokenTypes.interface,
  SemanticTokenTypes.namespace,
] as const;

/** The modifiers in the order of their bits. */
export const TOKEN_MODIFIERS = [SemanticTokenModifiers.declaration] as const;

type Type = (typeof TOKEN_TYPES)[number];

const DECLARED = {
  let: SemanticTokenTypes.variable,
  range: SemanticTokenTypes.struct,
  filter: SemanticTokenTypes.function,
  template: SemanticTokenTypes.class,
  peer: SemanticTokenTypes.interface,
} as const;

/** One piece of text with its type. */
interface Piece {
  readonly start: number;
  readonly length: number;
  readonly type: Type;
  readonly isDeclaration: boolean;
}

/** All tokens of a file in the encoding of the protocol. */
export function semanticTokensOf(file: FileView): { data: number[] } {
  const builder = new SemanticTokensBuilder();
  for (const { start, length, type, isDeclaration } of piecesOf(file)) {
    const { line, character } = positionOf(start, file.source);
    builder.push(line, character, length, TOKEN_TYPES.indexOf(type), isDeclaration ? 1 : 0);
  }
  return builder.build();
}

function piecesOf(file: FileView): readonly Piece[] {
  const { tokens, comments } = lex(file.source, () => undefined);
  const known = knownPlaces(file);
  const pieces: Piece[] = comments.map(({ startOffset, image }) => ({
    ...{ start: startOffset, length: image.length },
    ...{ type: SemanticTokenTypes.comment, isDeclaration: false },
  }));
  for (const { startOffset, image, tokenType } of tokens) {
    const place = known.get(startOffset);
    const type = place?.type ?? typeOfToken(tokenType.name, image);
    if (type === undefined || isOverLines(image)) continue;
    pieces.push({ start: startOffset, length: image.length, type, isDeclaration: place?.isDeclaration === true });
  }
  return pieces.sort((a, b) => a.start - b.start);
}

/** The types that only the tree knows, by offset. */
function knownPlaces({ path, tree, policy }: FileView): ReadonlyMap<number, { type: Type; isDeclaration: boolean }> {
  const places = new Map<number, { type: Type; isDeclaration: boolean }>();
  const add = (start: number, type: Type): void => void places.set(start, { type, isDeclaration: false });
  for (const statement of tree.statements) {
    for (const start of settingWords(statement)) add(start, SemanticTokenTypes.property);
    for (const start of enumWords(statement)) add(start, SemanticTokenTypes.enumMember);
    for (const [condition] of rootConditions(statement)) addCondition(condition, add);
  }
  for (const { space, name, span, role } of policy.names.inFile(path)) {
    const declaration = resolveName(space, name, policy.analysis.model.scope);
    if (declaration === undefined) continue;
    places.set(span.start, { type: DECLARED[declaration.kind], isDeclaration: role === 'declaration' });
  }
  return places;
}

function settingWords(statement: Statement): readonly number[] {
  return 'settings' in statement ? statement.settings.map(({ at }) => at.start) : [];
}

/** Words of settings that are no words of the grammar: roles and algorithms. */
function enumWords(statement: Statement): readonly number[] {
  if (statement.kind !== 'peer' && statement.kind !== 'template') return [];
  return statement.settings.flatMap((setting) => {
    if (setting.setting === 'role') return setting.role?.span.start ?? [];
    if (setting.setting !== 'authentication' || setting.authentication.form !== 'tcp-ao') return [];
    return setting.authentication.algorithm.span.start;
  });
}

function addCondition(condition: ConditionNode, add: (start: number, type: Type) => void): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) addCondition(operand, add);
      return;
    case 'not':
      addCondition(condition.operand, add);
      return;
    case 'prefix-test':
    case 'service-test':
    case 'community-test':
    case 'as-path-test':
      add(condition.at.start, SemanticTokenTypes.property);
      return;
    case 'compare':
    case 'one-of':
    case 'present':
    case 'matches':
      add(condition.field.span.start, SemanticTokenTypes.property);
      for (const operand of operandsOf(condition)) {
        if (operand.kind === 'word') add(operand.span.start, SemanticTokenTypes.enumMember);
      }
  }
}

function operandsOf(condition: Extract<ConditionNode, { kind: 'compare' | 'one-of' | 'present' | 'matches' }>) {
  if (condition.kind === 'one-of') return condition.operands;
  return condition.kind === 'compare' ? [condition.operand] : [];
}

const BY_TOKEN: Readonly<Record<string, Type>> = {
  [tokenTypes.StringToken.name]: SemanticTokenTypes.string,
  [tokenTypes.Path.name]: SemanticTokenTypes.namespace,
  [tokenTypes.Identifier.name]: SemanticTokenTypes.variable,
};

/** What a token is by itself. */
function typeOfToken(name: string, image: string): Type | undefined {
  const known = BY_TOKEN[name];
  if (known !== undefined) return known;
  if (name.startsWith("'")) return SemanticTokenTypes.keyword;
  if (/^[=!<>]/.test(image)) return SemanticTokenTypes.operator;
  return /^[0-9A-Fa-f:/]|^(rt|ro|generic):|^as\d/i.test(image) ? SemanticTokenTypes.number : undefined;
}

function isOverLines(image: string): boolean {
  return image.includes('\n');
}
