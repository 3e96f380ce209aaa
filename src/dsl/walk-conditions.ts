// The conditions of a statement with what they are about: their subject follows from where they stand.

import type { ConditionNode, FieldTest, Statement } from './ast.ts';
import type { FieldName } from './policy.ts';
import type { Subject } from './vocabulary.ts';

/** What the conditions of a statement ask about one subject. */
export interface Questions {
  readonly subject: Subject;
  /** Tests of fields, by field: most checks are about a few fields only. */
  readonly byField: ReadonlyMap<FieldName, readonly FieldTest[]>;
  /** Tests that have a form of their own. */
  readonly others: readonly OtherTest[];
}

/** A test of something that is no field. */
export type OtherTest = Extract<
  ConditionNode,
  { kind: 'prefix-test' | 'service-test' | 'community-test' | 'as-path-test' }
>;

/** Many checks ask for the same; a tree never changes. */
const known = new WeakMap<Statement, readonly Questions[]>();
const NONE: readonly Questions[] = [];

/** Most statements of a policy have no conditions, and are asked for them as often. */
const ASKING: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'exclude-nodes',
  'exclude-services',
  'service',
  'filter',
  'template',
  'peer',
]);

/** Everything that the conditions of a statement ask. */
export function questionsOf(statement: Statement): readonly Questions[] {
  if (!ASKING.has(statement.kind)) return NONE;
  const found = known.get(statement);
  if (found !== undefined) return found;
  const all: CollectedQuestions[] = [];
  forEachRoot(statement, (condition, subject) => {
    let questions = all.at(-1);
    if (questions?.subject !== subject) {
      questions = { subject, byField: new Map(), others: [] };
      all.push(questions);
    }
    collect(condition, questions);
  });
  known.set(statement, all);
  return all;
}

interface CollectedQuestions extends Questions {
  readonly byField: Map<FieldName, FieldTest[]>;
  readonly others: OtherTest[];
}

function collect(condition: ConditionNode, into: CollectedQuestions): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      // With `forEach`, because until a loop is optimised V8 makes an object for each round of `for … of`.
      condition.operands.forEach((operand) => void collect(operand, into));
      return;
    case 'not':
      collect(condition.operand, into);
      return;
    case 'prefix-test':
    case 'service-test':
    case 'community-test':
    case 'as-path-test':
      into.others.push(condition);
      return;
    default: {
      const tests = into.byField.get(condition.field.name);
      if (tests === undefined) into.byField.set(condition.field.name, [condition]);
      else tests.push(condition);
    }
  }
}

/** Calls `visit` for every condition and sub-condition of a statement. */
export function forEachCondition(statement: Statement, visit: (condition: ConditionNode) => void): void {
  forEachRoot(statement, (condition) => void descend(condition, visit));
}

/** The outermost conditions of a statement. */
export function rootConditions(statement: Statement): readonly (readonly [ConditionNode, Subject])[] {
  const roots: [ConditionNode, Subject][] = [];
  forEachRoot(statement, (condition, subject) => void roots.push([condition, subject]));
  return roots;
}

function forEachRoot(statement: Statement, visit: (condition: ConditionNode, subject: Subject) => void): void {
  switch (statement.kind) {
    case 'exclude-nodes':
      visit(statement.where, 'node');
      return;
    case 'exclude-services':
      if (statement.where !== undefined) visit(statement.where, 'service');
      return;
    case 'service':
      if (statement.where !== undefined) visit(statement.where, 'service');
      for (const setting of statement.settings) {
        if (setting.setting === 'from' && setting.where !== undefined) visit(setting.where, 'node');
      }
      return;
    case 'filter':
      statement.rules.forEach(({ condition }) => {
        if (condition !== undefined) visit(condition, 'route');
      });
      return;
    case 'peer':
    case 'template':
      for (const setting of statement.settings) {
        if (setting.setting === 'nodes' && 'kind' in setting.nodes) visit(setting.nodes, 'node');
      }
      return;
    default:
      return;
  }
}

function descend(condition: ConditionNode, visit: (condition: ConditionNode) => void): void {
  visit(condition);
  if (condition.kind === 'and' || condition.kind === 'or') {
    for (const operand of condition.operands) descend(operand, visit);
  } else if (condition.kind === 'not') {
    descend(condition.operand, visit);
  }
}
