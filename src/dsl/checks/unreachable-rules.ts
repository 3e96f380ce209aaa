// Warns about a filter rule that an earlier one decides for every route it is meant for.

import type { FilterStatement, Rule } from '../ast.ts';
import { coversCondition, type PreparedCondition, prepareCondition } from '../condition-covers.ts';
import { lowerCondition } from '../lower-condition.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Condition } from '../policy.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { placeOf, type Span } from '../span.ts';

/** Checks every filter. */
export function checkUnreachableRules(model: Model, report: Report, errors: ErrorsSoFar): void {
  for (const filter of model.statements) {
    if (filter.kind === 'filter' && !errors.inside(filter.span)) checkFilter(filter, model, report);
  }
}

interface DecidingRule {
  readonly rule: Rule;
  readonly condition: PreparedCondition;
}

function checkFilter(filter: FilterStatement, model: Model, report: Report): void {
  const earlier: DecidingRule[] = [];
  let changed = false;
  for (const rule of filter.rules) {
    const condition = rule.condition && lowerCondition(rule.condition, model.values);
    // What an `update` changed may no longer be what an earlier rule saw.
    const isSure = !changed || condition === undefined || !readsAttributes(condition);
    const prepared = prepareCondition(condition);
    const decider = isSure ? earlier.find((other) => coversCondition(other.condition, prepared)) : undefined;
    if (decider !== undefined) reportRule(rule, decider.rule, report);
    else if (rule.verdict === 'update') changed = true;
    else earlier.push({ rule, condition: prepared });
  }
}

function readsAttributes(condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.some(readsAttributes);
    case 'not':
      return readsAttributes(condition.operand);
    case 'community':
    case 'as-path-starts':
      return true;
    case 'prefix':
    case 'service':
      return false;
    default:
      return condition.field.name === 'med' || condition.field.name === 'local-pref';
  }
}

function reportRule(rule: Rule, decider: Rule, report: Report): void {
  const [line, earlier] = [placeOf(rule.span).line, placeOf(decider.span).line];
  const text = decider.condition === undefined ? 'every route is decided here' : 'these routes are decided here';
  report(headOf(rule), messages['unreachable-rule']({ line, earlier }), { also: [{ span: headOf(decider), text }] });
}

/** A rule without its actions. */
function headOf(rule: Rule): Span {
  return { ...rule.span, end: rule.condition?.span.end ?? rule.span.start + rule.verdict.length };
}
