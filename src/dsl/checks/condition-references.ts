// Names inside conditions: ranges, and values of a `let`.

import type { FieldTest, Operand, PrefixTest, PrefixValue, Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { lookUp, renderName } from '../scope.ts';
import { fieldInfo } from '../vocabulary.ts';
import { forEachCondition } from '../walk-conditions.ts';

/** Resolves the names in every condition of a statement. */
export function checkConditionReferences(statement: Statement, model: Model, report: Report): void {
  const { values } = model;
  forEachCondition(statement, (condition) => {
    if (condition.kind === 'prefix-test') checkPrefixes(condition, model, report);
    else if (condition.kind === 'community-test') values.communities([condition.community]);
    else if (condition.kind === 'as-path-test') values.asns(condition.path);
    else if (condition.kind === 'compare') checkOperand(condition.operand, condition, model, report);
    else if (condition.kind === 'one-of') {
      for (const operand of condition.operands) checkOperand(operand, condition, model, report);
    }
  });
}

/** A range is no prefix, but `prefix in vips` says what is meant. */
function checkPrefixes({ at, prefixes, negated, operator }: PrefixTest, model: Model, report: Report): void {
  const { ranges, lets } = model.scope;
  const isRange = (value: PrefixValue) => value.kind === 'ref' && !lets.has(value.text) && ranges.has(value.text);
  model.values.prefixes(prefixes.filter((value) => !isRange(value)));
  for (const value of prefixes) {
    if (value.kind !== 'ref' || !isRange(value)) continue;
    const meant = `range ${negated ? '!=' : '=='} ${renderName(value.text)}`;
    const help = `\`${value.text}\` is a range: write \`${meant}\``;
    const canReplace = operator === 'in' && prefixes.length === 1;
    const fix = { span: { ...at, end: value.span.end }, newText: meant, guess: true } as const;
    report(
      value.span,
      messages['unknown-value']({ name: value.text, near: undefined, known: [], help }),
      canReplace ? { fix } : {},
    );
  }
}

function checkOperand(operand: Operand, test: FieldTest, model: Model, report: Report): void {
  const { type } = fieldInfo(test.field.name);
  if (type.kind === 'range') {
    if (operand.kind === 'integer') return;
    const text = operand.kind === 'word' ? operand.text : operand.value;
    const range = lookUp({ text, span: operand.span }, model.scope.ranges, 'unknown-range', report);
    if (range !== undefined) model.used.add(range);
  } else if (operand.kind === 'word' && model.scope.lets.has(operand.text)) {
    // A word that is no `let` is a matter of the field's type, and reported with it.
    if (type.kind === 'text') model.values.strings(operand);
    else if (type.kind === 'number') checkNumbers(operand, test, model, report);
  }
}

/** `==` asks for one of several values; an order has no such meaning. */
function checkNumbers(
  operand: Extract<Operand, { kind: 'word' }>,
  test: FieldTest,
  model: Model,
  report: Report,
): void {
  const count = model.values.numbers(operand)?.length ?? 0;
  if (count < 2 || test.kind !== 'compare' || test.operator === '==' || test.operator === '!=') return;
  report(operand.span, messages['expected-one-value']({ name: operand.text, count }));
}
