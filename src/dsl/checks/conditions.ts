// A condition asks what its subject has, in a way that fits the type of the answer.

import type { FieldNode, FieldTest, Operand } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { FieldName } from '../policy.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';
import { nearest } from '../suggest.ts';
import { type FieldInfo, type FieldType, fieldInfo, type Subject, termsFor } from '../vocabulary.ts';
import { type OtherTest, questionsOf } from '../walk-conditions.ts';

/** Checks fields and comparisons of every condition. */
export function checkConditions(model: Model, report: Report): void {
  for (const statement of model.statements) {
    for (const { subject, byField, others } of questionsOf(statement)) {
      byField.forEach((tests, name) => void checkField(name, tests, subject, model, report));
      if (subject !== 'route') for (const { kind, at } of others) refuseField(at, WORD_OF[kind], subject, report);
    }
  }
}

/** What only routes have. */
const WORD_OF = {
  'prefix-test': 'prefix',
  'service-test': 'service',
  'community-test': 'community',
  'as-path-test': 'as-path',
} as const satisfies Record<OtherTest['kind'], string>;

function checkField(
  name: FieldName,
  tests: readonly FieldTest[],
  subject: Subject,
  model: Model,
  report: Report,
): void {
  const info = fieldInfo(name);
  if (info.subjects.includes(subject)) tests.forEach((test) => void checkFieldTest(test, info, model, report));
  else for (const { field } of tests) refuseField(wordSpan(field), name, subject, report);
}

function refuseField(span: Span, field: string, subject: Subject, report: Report): void {
  report(span, messages['unknown-field']({ field, subject, fields: termsFor(subject) }));
}

function checkFieldTest(test: FieldTest, info: FieldInfo, model: Model, report: Report): void {
  const { field } = test;
  if (test.kind === 'present') {
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
  if (test.kind === 'compare') checkOperand(test.operand, field, info.type, model, report);
  else for (const operand of test.operands) checkOperand(operand, field, info.type, model, report);
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

/** The field without its key. */
function wordSpan({ span, name, key }: FieldNode): Span {
  return key === undefined ? span : { ...span, end: span.start + name.length };
}
