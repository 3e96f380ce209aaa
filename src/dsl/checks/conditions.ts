// A condition asks what its subject has, in a way that fits the type of the answer.

import type { ConditionNode, FieldTest, Operand } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';
import { nearest } from '../suggest.ts';
import { type FieldInfo, type FieldType, fieldInfo, type Subject, termsFor } from '../vocabulary.ts';
import { forEachCondition } from '../walk-conditions.ts';

/** Checks fields and comparisons of every condition. */
export function checkConditions(model: Model, report: Report): void {
  for (const statement of model.statements) {
    forEachCondition(statement, (condition, subject) => checkTerm(condition, subject, model, report));
  }
}

function checkTerm(condition: ConditionNode, subject: Subject, model: Model, report: Report): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
    case 'not':
      return;
    case 'prefix-test':
      if (subject !== 'route') refuseField(condition.at, 'prefix', subject, report);
      return;
    case 'service-test':
      if (subject !== 'route') refuseField(condition.at, 'service', subject, report);
      return;
    case 'community-test':
      if (subject !== 'route') refuseField(condition.at, 'community', subject, report);
      return;
    case 'as-path-test':
      if (subject !== 'route') refuseField(condition.at, 'as-path', subject, report);
      return;
    default:
      checkFieldTest(condition, subject, model, report);
  }
}

function refuseField(span: Span, field: string, subject: Subject, report: Report): void {
  report(span, messages['unknown-field']({ field, subject, fields: termsFor(subject) }));
}

function checkFieldTest(test: FieldTest, subject: Subject, model: Model, report: Report): void {
  const { field } = test;
  const info = fieldInfo(field.name);
  if (!info.subjects.includes(subject)) {
    refuseField(field.key === undefined ? field.span : wordSpan(field.span, field.name), field.name, subject, report);
  } else if (test.kind === 'present') {
    if (!info.presence) report(field.span, messages['needs-comparison']({ field: field.name, example: info.example }));
  } else if (info.type.kind === 'flag') {
    const text = field.key === undefined ? field.name : `${field.name} ${JSON.stringify(field.key.value)}`;
    report(test.span, messages['flag-compared']({ field: text }));
  } else if (test.kind === 'matches') {
    if (info.type.kind !== 'text' && info.type.kind !== 'range')
      report(test.span, messages['matches-needs-string']({ field: field.name }));
  } else {
    checkComparison(test, info, model, report);
  }
}

type Comparison = Extract<FieldTest, { kind: 'compare' | 'one-of' }>;

function checkComparison(test: Comparison, info: FieldInfo, model: Model, report: Report): void {
  const field = test.field.name;
  if (test.kind === 'compare' && info.type.kind !== 'number' && test.operator !== '==' && test.operator !== '!=') {
    report(test.span, messages['order-needs-numbers']({ field, operator: test.operator }));
    return;
  }
  const operands = test.kind === 'compare' ? [test.operand] : test.operands;
  for (const operand of operands) checkOperand(operand, field, info.type, model, report);
}

function checkOperand(operand: Operand, field: string, type: FieldType, model: Model, report: Report): void {
  switch (type.kind) {
    case 'text':
      if (operand.kind === 'integer') mismatch(operand, field, 'a string', `write \`"${operand.value}"\``, report);
      else if (operand.kind === 'word' && !model.scope.lets.has(operand.text)) {
        mismatch(operand, field, 'a string', `write \`"${operand.text}"\``, report);
      }
      return;
    case 'number':
      if (operand.kind === 'string') {
        const isNumber = /^\d+$/.test(operand.value);
        const help = isNumber ? `write \`${operand.value}\`` : undefined;
        mismatch(operand, field, 'a number', help, report, isNumber ? operand.value : undefined);
      } else if (operand.kind === 'word' && !model.scope.lets.has(operand.text)) {
        mismatch(operand, field, 'a number', undefined, report);
      }
      return;
    case 'range':
      if (operand.kind === 'integer') mismatch(operand, field, 'the name of a range', undefined, report);
      return;
    case 'words':
      checkWord(operand, field, type.words, report);
      return;
    case 'flag':
      return;
  }
}

function checkWord(operand: Operand, field: string, words: readonly string[], report: Report): void {
  if (operand.kind === 'integer') {
    mismatch(operand, field, 'a word', undefined, report);
    return;
  }
  const text = operand.kind === 'word' ? operand.text : operand.value;
  if (operand.kind === 'string' && words.includes(text)) {
    mismatch(operand, field, 'a bare word', `write \`${text}\``, report, text);
    return;
  }
  if (words.includes(text)) return;
  const near = nearest(text, words);
  const fix = near === undefined ? {} : { fix: { span: operand.span, newText: near, guess: true } as const };
  report(operand.span, messages['unknown-word']({ field, text, words, near }), fix);
}

function mismatch(
  operand: Operand,
  field: string,
  type: string,
  help: string | undefined,
  report: Report,
  replacement?: string,
): void {
  const found = operand.kind === 'integer' ? 'a number' : operand.kind === 'string' ? 'a string' : 'a name';
  const newText = replacement ?? (type === 'a string' && operand.kind !== 'string' ? quote(operand) : undefined);
  report(
    operand.span,
    messages['type-mismatch']({ field, type, found, help }),
    newText === undefined ? {} : { fix: { span: operand.span, newText } },
  );
}

function quote(operand: Exclude<Operand, { kind: 'string' }>): string {
  return JSON.stringify(operand.kind === 'word' ? operand.text : String(operand.value));
}

function wordSpan(span: Span, word: string): Span {
  return { ...span, end: span.start + word.length };
}
