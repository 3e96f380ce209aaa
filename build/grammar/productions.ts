// The grammar as the parser has it → small trees that text and diagrams are made from. Rules that are short and used in
// one place only are put into that place, so that a statement can be read as a whole; a choice in a choice is one choice.

import type { ISerializedGast } from 'chevrotain';
import { recoveringParser } from '../../src/dsl/grammar/statements.ts';

/** A piece of a rule. */
export type Piece =
  /** A keyword or a sign, as it is typed. */
  | { readonly kind: 'word'; readonly text: string }
  /** A literal or a name: one token of many texts. */
  | { readonly kind: 'token'; readonly name: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Piece[] }
  | { readonly kind: 'choice'; readonly options: readonly Piece[] }
  | { readonly kind: 'optional'; readonly piece: Piece }
  /** Once or more, with the separator between. */
  | { readonly kind: 'list'; readonly piece: Piece; readonly separator: Piece | undefined };

/** Name → what it stands for, in the order in which a reader meets them. */
export type Grammar = ReadonlyMap<string, Piece>;

/** A rule larger than this keeps its name where it is used once. */
const MAX_INLINED = 9;
/** A rule larger than this keeps its name where it is used more often. */
const MAX_REPEATED = 2;
/** What readers look for by name, besides the statements. */
const KEPT = ['policy', 'statement', 'condition', 'mode', 'filterRule', 'action', 'expect', 'expectedAttribute'];

/** The grammar of the language, read from its parser. */
export function readGrammar(): Grammar {
  const all = new Map(
    recoveringParser()
      .getSerializedGastProductions()
      .map((rule) => [nameOf(rule), toPiece(rule)]),
  );
  const statement = all.get('statement');
  const kept = [...KEPT, ...(statement === undefined ? [] : rulesIn(statement))];
  const isInlined = (name: string): boolean => {
    const piece = all.get(name);
    if (piece === undefined || kept.includes(name)) return false;
    return sizeOf(inline(piece, all, isInlined)) <= (countUses(all, name) === 1 ? MAX_INLINED : MAX_REPEATED);
  };
  const found = new Map<string, Piece>();
  const add = (name: string): void => {
    const piece = all.get(name);
    if (found.has(name) || piece === undefined) return;
    const whole = inline(piece, all, isInlined);
    found.set(name, whole);
    for (const rule of rulesIn(whole)) add(rule);
  };
  add('policy');
  return found;
}

/** `peerSetting` → `peer-setting`. */
export function spellRule(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function toPiece(node: ISerializedGast): Piece {
  switch (node.type) {
    case 'Terminal':
      return toTerminal(node);
    case 'NonTerminal':
      return { kind: 'rule', name: nameOf(node) };
    case 'Alternation':
      return { kind: 'choice', options: partsOf(node).map(toPiece) };
    case 'Option':
      return { kind: 'optional', piece: toSequence(node) };
    case 'Repetition':
    case 'RepetitionWithSeparator':
      return { kind: 'optional', piece: { kind: 'list', piece: toSequence(node), separator: separatorOf(node) } };
    case 'RepetitionMandatory':
    case 'RepetitionMandatoryWithSeparator':
      return { kind: 'list', piece: toSequence(node), separator: separatorOf(node) };
    default:
      return toSequence(node);
  }
}

function toSequence(node: ISerializedGast): Piece {
  const parts = partsOf(node).map(toPiece);
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
}

/** A keyword's name stands in quotes, a sign's label in backticks. */
function toTerminal(node: ISerializedGast): Piece {
  const name = nameOf(node);
  const label = 'label' in node && typeof node.label === 'string' ? node.label : '';
  const word = /^'(.+)'$/.exec(name)?.[1] ?? /^`(.+)`$/.exec(label)?.[1];
  return word === undefined ? { kind: 'token', name } : { kind: 'word', text: word };
}

function separatorOf(node: ISerializedGast): Piece | undefined {
  return 'separator' in node && isGast(node.separator) ? toPiece(node.separator) : undefined;
}

function nameOf(node: ISerializedGast): string {
  return 'name' in node && typeof node.name === 'string' ? node.name : '';
}

function partsOf(node: ISerializedGast): readonly ISerializedGast[] {
  return node.definition ?? [];
}

function isGast(value: unknown): value is ISerializedGast {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function inline(piece: Piece, all: ReadonlyMap<string, Piece>, isInlined: (name: string) => boolean): Piece {
  const again = (inner: Piece): Piece => inline(inner, all, isInlined);
  switch (piece.kind) {
    case 'rule': {
      const target = all.get(piece.name);
      return target !== undefined && isInlined(piece.name) ? again(target) : piece;
    }
    case 'sequence':
      return {
        ...piece,
        parts: piece.parts.map(again).flatMap((part) => (part.kind === 'sequence' ? part.parts : [part])),
      };
    case 'choice':
      return {
        ...piece,
        options: piece.options.map(again).flatMap((option) => (option.kind === 'choice' ? option.options : [option])),
      };
    case 'optional':
    case 'list':
      return { ...piece, piece: again(piece.piece) };
    default:
      return piece;
  }
}

function childrenOf(piece: Piece): readonly Piece[] {
  if (piece.kind === 'sequence') return piece.parts;
  if (piece.kind === 'choice') return piece.options;
  return piece.kind === 'optional' || piece.kind === 'list' ? [piece.piece] : [];
}

/** The names of the rules that a piece refers to. */
export function rulesIn(piece: Piece): readonly string[] {
  return piece.kind === 'rule' ? [piece.name] : childrenOf(piece).flatMap(rulesIn);
}

function sizeOf(piece: Piece): number {
  const children = childrenOf(piece);
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + sizeOf(child), 0);
}

function countUses(all: ReadonlyMap<string, Piece>, name: string): number {
  return [...all.values()].flatMap(rulesIn).filter((rule) => rule === name).length;
}
