// Names, keys and values that occur in the clusters of the tests, or already in the policy.

import type { ConditionNode, FieldNode } from '../dsl/editor.ts';
import { type FieldTest, rootConditions, type Statement, type Subject } from '../dsl/editor.ts';
import type { FixtureObject, Fixtures } from './fixtures.ts';
import type { FileView } from './policy-view.ts';

/** More values than this of one key are no help. */
const MAX_VALUES = 50;

/** Keys of labels, annotations or taints. */
export function keysOf(
  what: 'label' | 'annotation' | 'taint',
  subject: Subject,
  { policy }: FileView,
  fixtures: Fixtures,
): readonly string[] {
  const seen = objectsOf(subject, fixtures).flatMap((object) => Object.keys(entriesOf(what, object)));
  const written = policy.analysis.model.statements
    .flatMap(fieldTests)
    .flatMap(({ test: { field }, about }) =>
      field.name === what && about === subject && field.key !== undefined ? [field.key.value] : [],
    );
  return sorted([...seen, ...written].filter((key) => key !== ''));
}

/** Values that a field has. */
export function valuesOf(
  field: { readonly name: FieldNode['name']; readonly key?: string },
  subject: Subject,
  { policy }: FileView,
  fixtures: Fixtures,
): readonly string[] {
  const seen = objectsOf(subject, fixtures).flatMap((object) => seenValue(field, object) ?? []);
  const written = policy.analysis.model.statements.flatMap(fieldTests).flatMap(({ test, about }) => {
    if (about !== subject || test.field.name !== field.name || test.field.key?.value !== field.key) return [];
    return stringsOf(test);
  });
  return sorted([...seen, ...written]).slice(0, MAX_VALUES);
}

/** Names of nodes. */
export function nodeNames({ nodes }: Fixtures): readonly string[] {
  return sorted(nodes.map(({ name }) => name));
}

/** Paths of services, and of all services of a namespace. */
export function servicePaths({ services }: Fixtures): readonly string[] {
  const paths = services.flatMap(({ namespace, name }) => [`${namespace}/*`, `${namespace}/${name}`]);
  return sorted(['*/*', ...paths]);
}

function objectsOf(subject: Subject, { nodes, services }: Fixtures): readonly FixtureObject[] {
  if (subject === 'route') return [];
  return subject === 'node' ? nodes : services;
}

function entriesOf(what: 'label' | 'annotation' | 'taint', object: FixtureObject): Readonly<Record<string, unknown>> {
  if (what === 'taint') return Object.fromEntries((object.taints ?? []).map((taint) => [taint, true]));
  return what === 'label' ? object.labels : object.annotations;
}

function seenValue(
  { name, key = '' }: { readonly name: FieldNode['name']; readonly key?: string },
  object: FixtureObject,
): string | undefined {
  switch (name) {
    case 'name':
      return object.name;
    case 'namespace':
      return object.namespace;
    case 'label':
      return object.labels[key];
    case 'annotation':
      return object.annotations[key];
    case 'zone':
      return object.labels['topology.kubernetes.io/zone'];
    default:
      return undefined;
  }
}

/** Every test of a field in a statement, with what it is about. */
function fieldTests(statement: Statement): readonly { readonly test: FieldTest; readonly about: Subject }[] {
  return rootConditions(statement).flatMap(([condition, about]) => testsIn(condition).map((test) => ({ test, about })));
}

function testsIn(condition: ConditionNode): readonly FieldTest[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.flatMap(testsIn);
    case 'not':
      return testsIn(condition.operand);
    case 'present':
    case 'compare':
    case 'one-of':
    case 'matches':
      return [condition];
    default:
      return [];
  }
}

function stringsOf(test: FieldTest): readonly string[] {
  const operands = test.kind === 'compare' ? [test.operand] : test.kind === 'one-of' ? test.operands : [];
  return operands.flatMap((operand) => (operand.kind === 'string' ? [operand.value] : []));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
