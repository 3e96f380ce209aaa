import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Condition } from '../policy.ts';
import { containsPrefix, makePrefix, type Prefix, parsePrefix } from '../prefix.ts';
import { createDecidedRoutes } from './decided-routes.ts';
import { toClauses } from './to-clauses.ts';

interface Route {
  readonly prefix: Prefix;
  readonly kind: string | undefined;
  readonly aggregate: boolean;
  readonly community: boolean;
}

/** Every prefix inside 10.0.0.0/30, with everything that conditions here can ask for. */
const ROUTES: readonly Route[] = [30, 31, 32].flatMap((length) =>
  [0, 1, 2, 3]
    .filter((host) => host % 2 ** (32 - length) === 0)
    .flatMap((host) =>
      [undefined, 'cluster-ip', 'external-ip'].flatMap((kind) =>
        [true, false].flatMap((aggregate) =>
          [true, false].map((community) => ({
            prefix: makePrefix('ipv4', BigInt(0x0a00_0000 + host), length),
            kind,
            aggregate,
            community,
          })),
        ),
      ),
    ),
);

const COMMUNITY = { kind: 'standard', high: 64512, low: 1 } as const;

const anyPrefixText = fc.constantFrom(
  ...[
    '10.0.0.0/29',
    '10.0.0.0/30',
    '10.0.0.0/31',
    '10.0.0.2/31',
    '10.0.0.0/32',
    '10.0.0.1/32',
    '10.0.0.2/32',
    '10.0.0.3/32',
  ],
);
const anyKinds = fc.uniqueArray(fc.constantFrom('cluster-ip', 'external-ip', 'load-balancer-ip'), { minLength: 1 });

const { condition: anyCondition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('prefix' as const),
      operator: fc.constantFrom('in' as const, 'equal' as const),
      negated: fc.boolean(),
      prefixes: fc.array(anyPrefixText, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('one-of' as const),
      field: fc.constant({ name: 'kind' as const }),
      values: anyKinds,
      negated: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: fc.constant({ name: 'length' as const }),
      operator: fc.constantFrom('==' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
      value: fc.integer({ min: 29, max: 32 }),
    }),
    fc.constant({ kind: 'present' as const, field: { name: 'aggregate' as const } }),
    fc.constant({ kind: 'community' as const, community: COMMUNITY }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('condition') }),
  ),
}));

test('says that rules decide every route of a condition only where they do', () => {
  let certain = 0;
  fc.assert(
    fc.property(fc.array(anyCondition, { maxLength: 6 }), anyCondition, (earlier, later) => {
      const decided = createDecidedRoutes<Condition>();
      for (const condition of earlier) for (const clause of toClauses(condition) ?? []) decided.add(clause, condition);
      for (const clause of toClauses(later) ?? []) {
        const deciders = decided.decidersOf(clause);
        if (deciders === undefined) return;
        certain++;
        for (const condition of deciders) assert.ok(earlier.includes(condition));
      }
      if (toClauses(later) === undefined) return;
      const left = ROUTES.filter((route) => holds(later, route) && !earlier.some((each) => holds(each, route)));
      assert.deepEqual(left, []);
    }),
    { numRuns: 3000 },
  );
  assert.ok(certain > 100, `only ${certain} were certain`);
});

test('has no clause for a condition only where no route fulfils it', () => {
  fc.assert(
    fc.property(anyCondition, (condition) => {
      if (toClauses(condition)?.length === 0)
        assert.deepEqual(
          ROUTES.filter((route) => holds(condition, route)),
          [],
        );
    }),
    { numRuns: 2000 },
  );
});

/** What the language says a condition means. */
function holds(condition: Condition, route: Route): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.operands.every((operand) => holds(operand, route));
    case 'or':
      return condition.operands.some((operand) => holds(operand, route));
    case 'not':
      return !holds(condition.operand, route);
    case 'prefix': {
      const asked = condition.prefixes.flatMap((text) => parsePrefix(text) ?? []);
      const isOne = asked.some((prefix) =>
        condition.operator === 'in' ? containsPrefix(prefix, route.prefix) : prefix.text === route.prefix.text,
      );
      return isOne !== condition.negated;
    }
    case 'one-of':
      return (route.kind !== undefined && condition.values.includes(route.kind)) !== condition.negated;
    case 'compare':
      return compare(route.prefix.length, condition.operator, Number(condition.value));
    case 'present':
      return route.aggregate;
    default:
      return route.community;
  }
}

function compare(left: number, operator: string, right: number): boolean {
  const results: Readonly<Record<string, boolean>> = {
    '==': left === right,
    '!=': left !== right,
    '<': left < right,
    '<=': left <= right,
    '>': left > right,
    '>=': left >= right,
  };
  return results[operator] ?? false;
}
