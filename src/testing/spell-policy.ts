// Tree → the tokens of a text that stands for it, without any layout: the plain inverse of the parser. Tests use it to
// make sources of random trees.

import { assertNever } from '../dsl/assert-never.ts';
import type { ModeClause, PolicyFile, RangeStatement, Statement, TestStatement } from '../dsl/ast.ts';
import { spellCondition } from './spell-condition.ts';
import { spellExpectation, spellRule, spellSetting } from './spell-setting.ts';
import { bare, type Spelling, spellString, spellValue } from './spell-value.ts';

/** The tokens of a policy file. */
export function spellPolicy(file: PolicyFile, spelling: Spelling): readonly string[] {
  return file.statements.flatMap((statement) => spellStatement(statement, spelling));
}

function spellStatement(statement: Statement, spelling: Spelling): readonly string[] {
  const { kind } = statement;
  switch (kind) {
    case 'include':
      return ['include', spellString(statement.pattern.value)];
    case 'let':
      return ['let', statement.name.text, '=', ...bare(statement.values)];
    case 'use':
      return ['use', 'calico'];
    case 'speaker':
    case 'guard':
      return [kind, ...block(statement.settings.map((setting) => spellSetting(setting, spelling)))];
    case 'range':
      return spellRange(statement, spelling);
    case 'exclude-nodes':
      return ['exclude', 'nodes', 'where', ...spellCondition(statement.where, spelling)];
    case 'exclude-services':
    case 'service': {
      const [word, selected] =
        kind === 'service'
          ? ['service', statement.path === undefined ? [] : [statement.path]]
          : ['services', statement.paths];
      const where = statement.where === undefined ? [] : ['where', ...spellCondition(statement.where, spelling)];
      if (kind === 'exclude-services') return ['exclude', word, ...bare(selected), ...where];
      const settings = statement.settings.map((setting) => spellSetting(setting, spelling));
      return [word, ...bare(selected), ...where, ...block(settings)];
    }
    case 'exclude-prefixes':
      return ['exclude', 'prefixes', ...bare(statement.prefixes)];
    case 'filter':
      return ['filter', statement.name.text, ...block(statement.rules.map((rule) => spellRule(rule, spelling)))];
    case 'template':
    case 'peer': {
      const from = kind === 'peer' && statement.template !== undefined ? ['from', spellValue(statement.template)] : [];
      const settings = statement.settings.map((setting) => spellSetting(setting, spelling));
      return [kind, statement.name.text, ...from, ...block(settings)];
    }
    case 'test':
      return spellTest(statement, spelling);
    default:
      return assertNever(kind);
  }
}

function spellRange(range: RangeStatement, spelling: Spelling): readonly string[] {
  const settings = range.settings.map((setting) => spellSetting(setting, spelling));
  return [
    ...['range', range.name.text, range.addressKind, ...bare(range.prefixes)],
    ...(range.for.length === 0 ? [] : ['for', ...bare(range.for)]),
    ...(range.except.length === 0 ? [] : ['except', ...bare(range.except)]),
    ...(range.mode === undefined ? [] : spellMode(range.mode)),
    ...(settings.length === 0 ? [] : block(settings)),
  ];
}

function spellMode({ mode, lengths, whenUsed }: ModeClause): readonly string[] {
  return [mode, ...bare(lengths), ...(whenUsed ? ['when', 'used'] : [])];
}

function spellTest(test: TestStatement, spelling: Spelling): readonly string[] {
  const clusters = test.clusters.map((path) => ['cluster', spellString(path.value)]);
  const expectations = test.expectations.map((expectation) => spellExpectation(expectation, spelling));
  return ['test', spellString(test.name.value), ...block([...clusters, ...expectations])];
}

function block(items: readonly (readonly string[])[]): readonly string[] {
  return ['{', ...items.flat(), '}'];
}
