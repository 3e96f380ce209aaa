// Text that is compared with a name or a label and cannot be one: a `*` where nothing is a pattern, and keys that no object
// can have. Such a condition would never hold, in silence.

import type { FieldTest, Operand, Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { FieldName } from '../policy.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';
import { questionsOf } from '../walk-conditions.ts';

/** Fields whose values never have a `*` in them; annotations may. */
const PLAIN: ReadonlySet<FieldName> = new Set(['name', 'namespace', 'zone', 'class', 'label', 'interface']);
const KEYED: ReadonlySet<FieldName> = new Set(['label', 'annotation', 'taint']);

/** The names of labels, annotations and taints in Kubernetes. */
const KEY = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/** Looks at every condition, and at the names of nodes. */
export function checkImpossibleText(model: Model, report: Report): void {
  for (const statement of model.statements) {
    checkNodeNames(statement, report);
    for (const { byField } of questionsOf(statement)) {
      byField.forEach((tests, name) => {
        if (KEYED.has(name)) for (const { field } of tests) checkKey(name, field.key, report);
        if (PLAIN.has(name)) for (const test of tests) checkStars(test, report);
      });
    }
  }
}

function checkKey(field: FieldName, key: FieldTest['field']['key'], report: Report): void {
  if (key === undefined || isKey(field, key.value)) return;
  const [, name, value] = /^([^=\s]+?)\s*==?\s*([^=]*)$/.exec(key.value) ?? [];
  const meant =
    name !== undefined && value !== undefined && isKey(field, name)
      ? `${field} ${JSON.stringify(name)} == ${JSON.stringify(value)}`
      : undefined;
  report(key.span, messages['impossible-key']({ field, key: key.value, meant }));
}

/** The prefix of an annotation may have capital letters: Kubernetes looks at it in lower case. */
function isKey(field: FieldName, text: string): boolean {
  return KEY.test(field === 'annotation' ? text.toLowerCase() : text);
}

function checkStars(test: FieldTest, report: Report): void {
  const { field } = test;
  if (test.kind === 'present' || test.kind === 'matches') return;
  const name = field.key === undefined ? field.name : `${field.name} ${JSON.stringify(field.key.value)}`;
  const operands: readonly Operand[] = test.kind === 'compare' ? [test.operand] : test.operands;
  for (const operand of operands) {
    if (operand.kind !== 'string' || !operand.value.includes('*')) continue;
    const isNegated = test.kind === 'compare' ? test.operator === '!=' : test.negated;
    const meant = `${isNegated ? 'not ' : ''}${name} matches ${JSON.stringify(operand.value)}`;
    const isOnly = test.kind === 'compare';
    report(
      operand.span,
      messages['literal-star']({ text: operand.value, meant }),
      isOnly ? { fix: { span: test.span, newText: meant, guess: true } } : {},
    );
  }
}

function checkNodeNames(statement: Statement, report: Report): void {
  if (statement.kind !== 'peer' && statement.kind !== 'template') return;
  for (const setting of statement.settings) {
    if (setting.setting !== 'nodes' || 'kind' in setting.nodes) continue;
    for (const { text, span } of setting.nodes) if (text.includes('*')) reportNode(text, span, report);
  }
}

function reportNode(text: string, span: Span, report: Report): void {
  report(span, messages['literal-star']({ text, meant: `nodes where name matches ${JSON.stringify(text)}` }));
}
