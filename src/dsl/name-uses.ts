// Where names are used: every place of a statement that refers to a declaration, with the name space it looks into. It
// follows the same places as checks/references.ts, and stays silent about names that do not exist.

import type {
  Action,
  AddressValue,
  AsnValue,
  CommunityValue,
  ConditionNode,
  FieldTest,
  Operand,
  PeerAddressNode,
  Ref,
  Setting,
  Statement,
  Value,
} from './ast.ts';
import type { Declaration, Scope } from './scope.ts';
import type { Span } from './span.ts';
import { fieldInfo } from './vocabulary.ts';
import { forEachCondition } from './walk-conditions.ts';

/** What a name can be looked up in. Peers and templates share one. */
export type NameSpace = 'let' | 'range' | 'filter' | 'session';

/** One reference. */
export interface NameUse {
  readonly space: NameSpace;
  readonly text: string;
  /** The whole reference, quotes included. */
  readonly span: Span;
  /** Written as a string. */
  readonly quoted: boolean;
}

/** Every reference of a statement in order, whether or not it resolves. */
export function nameUses(statement: Statement): readonly NameUse[] {
  const uses = [...usesOfStatement(statement)];
  forEachCondition(statement, (condition) => uses.push(...usesOfCondition(condition)));
  return uses.filter(({ text }) => text !== '').sort((a, b) => a.span.start - b.span.start);
}

/** The name space a statement declares into. */
export function spaceOf(declaration: Declaration): NameSpace {
  return declaration.kind === 'peer' || declaration.kind === 'template' ? 'session' : declaration.kind;
}

/** The declaration a name stands for. */
export function resolveName(space: NameSpace, text: string, scope: Scope): Declaration | undefined {
  return namesIn(space, scope).get(text);
}

/** Everything declared in a name space. */
export function namesIn(space: NameSpace, scope: Scope): ReadonlyMap<string, Declaration> {
  switch (space) {
    case 'let':
      return scope.lets;
    case 'range':
      return scope.ranges;
    case 'filter':
      return scope.filters;
    case 'session':
      return scope.sessions;
  }
}

function usesOfStatement(statement: Statement): readonly NameUse[] {
  switch (statement.kind) {
    case 'let':
    case 'exclude-prefixes':
      return inLets(statement.kind === 'let' ? statement.values : statement.prefixes);
    case 'range':
      return [...inLets([...statement.prefixes, ...statement.except]), ...statement.settings.flatMap(usesOfSetting)];
    case 'filter':
      return statement.rules.flatMap(({ actions }) => actions.flatMap(usesOfAction));
    case 'peer': {
      const template = statement.template === undefined ? [] : [use('session', statement.template)];
      return [...template, ...statement.settings.flatMap(usesOfSetting)];
    }
    case 'speaker':
    case 'service':
    case 'template':
      return statement.settings.flatMap(usesOfSetting);
    case 'test':
      return statement.expectations.flatMap(({ prefixes, peer, attributes }) => [
        ...inLets(prefixes),
        ...(peer === undefined ? [] : [use('session', peer)]),
        ...inLets(attributes.flatMap((attribute) => (attribute.attribute === 'community' ? [attribute.value] : []))),
      ]);
    default:
      return [];
  }
}

function usesOfSetting(setting: Setting): readonly NameUse[] {
  switch (setting.setting) {
    case 'community':
      return inLets(setting.values);
    case 'as':
    case 'local-as':
    case 'router-id':
    case 'source':
      return inLets([setting.value]);
    case 'listen':
      return setting.off || setting.address === undefined ? [] : inLets([setting.address]);
    case 'address':
      return usesOfAddress(setting.address);
    case 'to':
      return (setting.peers ?? []).map((ref) => use('session', ref));
    case 'export':
    case 'import':
      return typeof setting.filters === 'string' ? [] : setting.filters.map((ref) => use('filter', ref));
    default:
      return [];
  }
}

function usesOfAddress(address: PeerAddressNode): readonly NameUse[] {
  if (address.form === 'address') return inLets([address.value]);
  return address.form === 'in' ? inLets([address.prefix]) : [];
}

function usesOfAction(action: Action): readonly NameUse[] {
  switch (action.action) {
    case 'community':
      return inLets(action.values);
    case 'prepend-as':
      return inLets(action.path);
    case 'next-hop':
      return typeof action.value === 'string' ? [] : inLets([action.value]);
    case 'local-pref':
    case 'med':
    case 'prepend':
      return [];
  }
}

function usesOfCondition(condition: ConditionNode): readonly NameUse[] {
  switch (condition.kind) {
    case 'prefix-test':
      return inLets(condition.prefixes);
    case 'community-test':
      return inLets([condition.community]);
    case 'as-path-test':
      return inLets(condition.path);
    case 'compare':
      return usesOfOperand(condition.operand, condition);
    case 'one-of':
      return condition.operands.flatMap((operand) => usesOfOperand(operand, condition));
    default:
      return [];
  }
}

/** The field decides: a range, a value of a `let`, or an enumerated word, which is no name. */
function usesOfOperand(operand: Operand, { field }: FieldTest): readonly NameUse[] {
  const { type } = fieldInfo(field.name);
  if (operand.kind === 'integer') return [];
  const { span } = operand;
  if (type.kind === 'range') {
    const quoted = operand.kind === 'string';
    return [{ space: 'range', text: quoted ? operand.value : operand.text, span, quoted }];
  }
  if (operand.kind === 'string' || (type.kind !== 'text' && type.kind !== 'number')) return [];
  return [{ space: 'let', text: operand.text, span, quoted: false }];
}

type LetPlace = Value | AddressValue | AsnValue | CommunityValue | { readonly kind: 'word' | 'label' | 'annotation' };

function inLets(values: readonly LetPlace[]): readonly NameUse[] {
  return values.flatMap((value) => (value.kind === 'ref' ? [use('let', value)] : []));
}

function use(space: NameSpace, { text, span, quoted }: Ref): NameUse {
  return { space, text, span, quoted };
}
