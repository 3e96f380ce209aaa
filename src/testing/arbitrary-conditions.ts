// Random conditions as trees. Fields and comparisons that make no sense together are among them: the grammar takes them,
// and only checks refuse them.

import fc from 'fast-check';
import type { ConditionNode, FieldNode, Operand } from '../dsl/ast.ts';
import type { FieldName } from '../dsl/policy.ts';
import {
  anyAsn,
  anyCommunity,
  anyInteger,
  anyName,
  anyPath,
  anyPrefix,
  anyString,
  listOf,
  NOWHERE,
} from './arbitrary-literals.ts';

const KEYED: readonly FieldName[] = ['label', 'annotation', 'taint'];
const PLAIN: readonly FieldName[] = [
  ...(['name', 'namespace', 'type', 'class', 'traffic-policy', 'internal-traffic-policy', 'family', 'kind'] as const),
  ...(['zone', 'cordoned', 'length', 'range', 'med', 'local-pref', 'source', 'peer-type', 'interface'] as const),
  ...(['aggregate', 'exact'] as const),
];

const nowhere = fc.constant(NOWHERE);
const place = { span: nowhere, at: nowhere };

const anyField: fc.Arbitrary<FieldNode> = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), name: fc.constantFrom(...KEYED), key: anyString, span: nowhere }),
  fc.record({
    kind: fc.constant('field' as const),
    name: fc.constantFrom(...PLAIN),
    key: fc.constant(undefined),
    span: nowhere,
  }),
);

const anyWord = fc
  .oneof(
    fc.constantFrom('local', 'remote', 'ipv4', 'ipv6', 'ebgp', 'ibgp', 'cluster'),
    anyName.map(({ text }) => text),
  )
  .map((text) => ({ kind: 'word' as const, text, span: NOWHERE }));

const anyOperand: fc.Arbitrary<Operand> = fc.oneof(anyString, anyInteger, anyWord);

const anyPrefixTest: fc.Arbitrary<ConditionNode> = fc.record({
  ...place,
  kind: fc.constant('prefix-test' as const),
  operator: fc.constantFrom('in' as const, 'equal' as const),
  negated: fc.boolean(),
  prefixes: listOf(anyPrefix),
});

const anyFieldTest: fc.Arbitrary<ConditionNode> = fc.oneof(
  fc.record({ ...place, kind: fc.constant('present' as const), field: anyField }),
  fc.record({
    ...place,
    kind: fc.constant('compare' as const),
    field: anyField,
    operator: fc.constantFrom('==' as const, '!=' as const, '<' as const, '<=' as const, '>' as const, '>=' as const),
    operand: anyOperand,
  }),
  fc.record({
    ...place,
    kind: fc.constant('one-of' as const),
    field: anyField,
    negated: fc.boolean(),
    operands: listOf(anyOperand),
  }),
  fc.record({ ...place, kind: fc.constant('matches' as const), field: anyField, glob: anyString }),
);

const anyTerm: fc.Arbitrary<ConditionNode> = fc.oneof(
  anyPrefixTest,
  fc.record({ ...place, kind: fc.constant('service-test' as const), path: anyPath }),
  fc.record({ ...place, kind: fc.constant('community-test' as const), community: anyCommunity }),
  fc.record({ ...place, kind: fc.constant('as-path-test' as const), path: listOf(anyAsn) }),
  anyFieldTest,
);

const { condition } = fc.letrec<{ condition: ConditionNode }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: anyTerm },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('not' as const), operand: tie('condition'), span: nowhere }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        operands: fc.array(tie('condition'), { minLength: 2, maxLength: 4 }),
        span: nowhere,
      }),
    },
  ),
}));

/** Any condition, nested a few levels deep. */
export const anyCondition: fc.Arbitrary<ConditionNode> = condition;
