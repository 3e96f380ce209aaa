// Names inside conditions: ranges, and values of a `let`.

import type { FieldTest, Operand, PrefixTest, PrefixValue, Ref, Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { lookUp, renderName } from '../scope.ts';
import { type FieldType, fieldInfo } from '../vocabulary.ts';
import { type OtherTest, questionsOf } from '../walk-conditions.ts';

/** Resolves the names in every condition of a statement. */
export function checkConditionReferences(statement: Statement, model: Model, report: Report): void {
  questionsOf(statement).forEach(({ byField, others }) => {
    byField.forEach((tests, name) => {
      const { type } = fieldInfo(name);
      if (hasNames(type)) tests.forEach((test) => void checkTest(test, type, model, report));
    });
    others.forEach((test) => void checkOther(test, model, report));
  });
}

/** The other types have words of their own. */
function hasNames({ kind }: FieldType): boolean {
  return kind === 'range' || kind === 'text' || kind === 'number';
}

function checkTest(test: FieldTest, type: FieldType, model: Model, report: Report): void {
  if (test.kind === 'compare') checkOperand(test.operand, test, type, model, report);
  else if (test.kind === 'one-of') {
    for (const operand of test.operands) checkOperand(operand, test, type, model, report);
  }
}

function checkOther(test: OtherTest, model: Model, report: Report): void {
  if (test.kind === 'prefix-test') checkPrefixes(test, model, report);
  else if (test.kind === 'community-test') model.values.resolve([test.community], 'community');
  else if (test.kind === 'as-path-test') model.values.asns(test.path);
}

function checkPrefixes(test: PrefixTest, { scope: { lets, ranges }, values }: Model, report: Report): void {
  const { prefixes } = test;
  const isRange = (value: PrefixValue) => value.kind === 'ref' && !lets.has(value.text) && ranges.has(value.text);
  if (!prefixes.some(isRange)) {
    values.resolve(prefixes, 'prefix');
    return;
  }
  for (const value of prefixes) {
    if (value.kind === 'ref' && isRange(value)) refuseRange(value, test, report);
    else values.resolve([value], 'prefix');
  }
}

/** A range is no prefix, but `prefix in vips` says what is meant. */
function refuseRange(ref: Ref, { at, prefixes, negated, operator }: PrefixTest, report: Report): void {
  const { text, span } = ref;
  const meant = `range ${negated ? '!=' : '=='} ${renderName(text)}`;
  const help = `\`${text}\` is a range: write \`${meant}\``;
  const canReplace = operator === 'in' && prefixes.length === 1;
  const fix = { span: { ...at, end: span.end }, newText: meant, guess: true } as const;
  report(span, messages['unknown-value']({ name: text, near: undefined, known: [], help }), canReplace ? { fix } : {});
}

function checkOperand(operand: Operand, test: FieldTest, type: FieldType, model: Model, report: Report): void {
  if (type.kind === 'range') {
    if (operand.kind !== 'integer') checkRange(operand, model, report);
  } else if (operand.kind === 'word' && model.scope.lets.has(operand.text)) {
    // A word that is no `let` is a matter of the field's type, and reported with it.
    if (type.kind === 'text') model.values.strings(operand);
    else if (type.kind === 'number') checkNumbers(operand, test, model, report);
  }
}

function checkRange(operand: Exclude<Operand, { kind: 'integer' }>, { scope, used }: Model, report: Report): void {
  const text = operand.kind === 'word' ? operand.text : operand.value;
  const range = scope.ranges.get(text) ?? lookUp({ text, span: operand.span }, scope.ranges, 'unknown-range', report);
  if (range !== undefined) used.add(range);
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
