// Warns about a filter rule for which the rules before it leave no route.

import type { FilterStatement, Rule } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Clause } from '../reachability/clause.ts';
import { createDecidedRoutes, type DecidedRoutes } from '../reachability/decided-routes.ts';
import { isChangeableNode } from '../reachability/node-clauses.ts';
import { type Completion, completionFor } from '../reachability/range-clauses.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { placeOf, type Span } from '../span.ts';

/** So many of the earlier rules are shown. */
const MAX_SHOWN = 3;

/** Checks every filter. */
export function checkUnreachableRules(model: Model, report: Report, errors: ErrorsSoFar): void {
  const complete = completionFor(model);
  for (const filter of model.statements) {
    if (filter.kind === 'filter' && !errors.inside(filter.span)) checkFilter(filter, complete, model, report);
  }
}

function checkFilter(filter: FilterStatement, complete: Completion, model: Model, report: Report): void {
  const decided = createDecidedRoutes<Rule>();
  const clausesOfRules = model.clausesOfRules(filter);
  let changed = false;
  filter.rules.forEach((rule, index) => {
    const clauses = clausesOfRules[index];
    if (clauses === undefined) {
      if (rule.verdict === 'update') changed = true;
      return;
    }
    // What an `update` changed may no longer be what an earlier rule saw.
    const isSure = !changed || rule.condition === undefined || !isChangeableNode(rule.condition);
    const deciders = isSure ? decidersOf(clauses, complete, decided) : NOBODY;
    if (deciders.length > 0) reportRule(rule, deciders, report);
    else if (rule.verdict === 'update') changed = true;
    else clauses.forEach((clause) => void decided.add(clause, rule));
  });
}

const NOBODY: readonly Rule[] = [];

/** The rules that together decide every route of the clauses, in order; none if that is not certain. */
function decidersOf(clauses: readonly Clause[], complete: Completion, decided: DecidedRoutes<Rule>): readonly Rule[] {
  let deciders: Rule[] | undefined;
  for (const clause of clauses) {
    const completed = complete(clause);
    if (completed === undefined) continue;
    const found = decided.decidersOf(completed);
    if (found === undefined) return NOBODY;
    deciders = deciders === undefined ? [...found] : [...deciders, ...found];
  }
  return deciders === undefined ? NOBODY : [...new Set(deciders)].sort((a, b) => a.span.start - b.span.start);
}

function reportRule(rule: Rule, deciders: readonly Rule[], report: Report): void {
  const [first] = deciders;
  if (first === undefined) return;
  const [line, earlier] = [placeOf(rule.span).line, placeOf(first.span).line];
  const which = deciders.length > 1 ? 'some of these routes are' : 'these routes are';
  const also = deciders.slice(0, MAX_SHOWN).map((decider) => ({
    span: headOf(decider),
    text: `${decider.condition === undefined ? 'every route is' : which} decided here`,
  }));
  report(headOf(rule), messages['unreachable-rule']({ line, earlier, more: deciders.length - also.length }), { also });
}

/** A rule without its actions. */
function headOf(rule: Rule): Span {
  return { ...rule.span, end: rule.condition?.span.end ?? rule.span.start + rule.verdict.length };
}
