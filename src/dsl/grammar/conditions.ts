// Conditions. `or` binds loosest, then `and`, then `not`, then comparisons. Which fields and comparisons make sense
// where is decided by checks, not by the grammar, so that the messages can speak about meaning.

import type { IOrAlt, IToken } from 'chevrotain';
import type { ConditionNode, FieldNode, FieldTest, Operand, PrefixTest, StringLiteral } from '../ast.ts';
import type { ComparisonOperator, FieldName } from '../policy.ts';
import type { Span } from '../span.ts';
import {
  EqualEqual,
  Greater,
  GreaterEqual,
  Integer,
  keyword,
  LeftParenthesis,
  Less,
  LessEqual,
  NotEqual,
  Path,
  RefToken,
  RightParenthesis,
  StringToken,
} from '../tokens.ts';
import { withoutRoom } from './rules-base.ts';
import { ValueRules } from './values.ts';

// Looked up once: these stand in every rule of a filter.
const Or = keyword('or');
const And = keyword('and');
const Not = keyword('not');
const Prefix = keyword('prefix');
const Service = keyword('service');
const Community = keyword('community');
const AsPath = keyword('as-path');
const Starts = keyword('starts');
const In = keyword('in');
const Matches = keyword('matches');

/** What follows a field. */
type FieldTail =
  | { readonly kind: 'compare'; readonly operator: ComparisonOperator; readonly operand: Operand }
  | { readonly kind: 'one-of'; readonly negated: boolean; readonly operands: readonly Operand[] }
  | { readonly kind: 'matches'; readonly glob: StringLiteral };

/** Rules for conditions over nodes, services and routes. */
export abstract class ConditionRules extends ValueRules {
  /** cond = conj { "or" conj } */
  protected condition = this.inner('condition', (): ConditionNode => {
    const start = this.nextOffset();
    const first = this.SUBRULE(this.conjunction);
    const operands = [first];
    this.MANY(() => {
      this.CONSUME(Or);
      operands.push(this.SUBRULE1(this.conjunction));
    });
    return operands.length === 1 ? first : { kind: 'or', operands: withoutRoom(operands), span: this.spanFrom(start) };
  });

  /** conj = neg { "and" neg } */
  protected conjunction = this.inner('conjunction', (): ConditionNode => {
    const start = this.nextOffset();
    const first = this.SUBRULE(this.negation);
    const operands = [first];
    this.MANY(() => {
      this.CONSUME(And);
      operands.push(this.SUBRULE1(this.negation));
    });
    return operands.length === 1 ? first : { kind: 'and', operands: withoutRoom(operands), span: this.spanFrom(start) };
  });

  private readonly negatable: IOrAlt<ConditionNode>[] = [
    {
      ALT: () => {
        this.CONSUME(LeftParenthesis);
        const inside = this.SUBRULE(this.condition);
        this.CONSUME(RightParenthesis);
        return inside;
      },
    },
    { ALT: () => this.SUBRULE(this.term) },
  ];

  /** neg = { "not" } ( "(" cond ")" | term ): a loop, so that no text can make the parser recurse without end. */
  protected negation = this.inner('negation', (): ConditionNode => {
    const starts: number[] = [];
    this.MANY(() => {
      starts.push(this.nextOffset());
      this.CONSUME(Not);
    });
    let condition = this.OR(this.negatable);
    for (const start of starts.reverse()) condition = { kind: 'not', operand: condition, span: this.spanFrom(start) };
    return condition;
  });

  /** term = prefixTest | "service" PATH | "community" community | "as-path" "starts" asns | fieldTest */
  protected term = this.choice<ConditionNode>('term', [
    { ALT: () => this.SUBRULE(this.prefixTest) },
    {
      ALT: () => {
        const at = this.spanOf(this.CONSUME(Service));
        const path = this.toPath(this.CONSUME(Path));
        return { kind: 'service-test', at, path, span: this.spanFrom(at.start) } as const;
      },
    },
    {
      ALT: () => {
        const at = this.spanOf(this.CONSUME(Community));
        const community = this.SUBRULE(this.community);
        return { kind: 'community-test', at, community, span: this.spanFrom(at.start) } as const;
      },
    },
    {
      ALT: () => {
        const at = this.spanOf(this.CONSUME(AsPath));
        this.CONSUME(Starts);
        const path = this.SUBRULE(this.asns);
        return { kind: 'as-path-test', at, path, span: this.spanFrom(at.start) } as const;
      },
    },
    { ALT: () => this.SUBRULE(this.fieldTest) },
  ]);

  private readonly prefixTestForms: IOrAlt<Pick<PrefixTest, 'operator' | 'negated' | 'prefixes'>>[] = [
    {
      ALT: () => {
        const not = this.OPTION(() => this.CONSUME(Not));
        this.CONSUME(In);
        return { operator: 'in', negated: not !== undefined, prefixes: this.SUBRULE(this.prefixSet) } as const;
      },
    },
    {
      ALT: () => {
        this.CONSUME(EqualEqual);
        return { operator: 'equal', negated: false, prefixes: this.SUBRULE1(this.prefixSet) } as const;
      },
    },
    {
      ALT: () => {
        this.CONSUME(NotEqual);
        return { operator: 'equal', negated: true, prefixes: this.SUBRULE2(this.prefixSet) } as const;
      },
    },
  ];

  /** prefixTest = "prefix" ( [ "not" ] "in" prefixSet | ( "==" | "!=" ) prefixSet ) */
  protected prefixTest = this.inner('prefixTest', (): PrefixTest => {
    const at: Span = this.spanOf(this.CONSUME(Prefix));
    const { operator, negated, prefixes } = this.OR(this.prefixTestForms);
    return { kind: 'prefix-test', at, operator, negated, prefixes, span: this.spanFrom(at.start) };
  });

  /** fieldTest = field [ op operand | [ "not" ] "in" operands | "matches" STRING ] */
  protected fieldTest = this.inner('fieldTest', (): ConditionNode => {
    const field = this.SUBRULE(this.field);
    const tail = this.OPTION(() => this.SUBRULE(this.fieldTail));
    const { start } = this.ACTION(() => field.span) ?? { start: 0 };
    const span = this.spanFrom(start);
    return fieldTest(field, tail, span);
  });

  /** op = "==" | "!=" | "<" | "<=" | ">" | ">=" */
  private readonly operators: IOrAlt<ComparisonOperator>[] = [
    this.token(EqualEqual, '==' as const),
    this.token(NotEqual, '!=' as const),
    this.token(LessEqual, '<=' as const),
    this.token(Less, '<' as const),
    this.token(GreaterEqual, '>=' as const),
    this.token(Greater, '>' as const),
  ];

  protected fieldTail = this.choice<FieldTail>('fieldTail', [
    {
      ALT: () => {
        const operator = this.OR1(this.operators);
        return { kind: 'compare', operator, operand: this.SUBRULE(this.operand) } as const;
      },
    },
    {
      ALT: () => {
        const not = this.OPTION(() => this.CONSUME(Not));
        this.CONSUME(In);
        return { kind: 'one-of', negated: not !== undefined, operands: this.SUBRULE(this.operands) } as const;
      },
    },
    {
      ALT: () => {
        this.CONSUME(Matches);
        return { kind: 'matches', glob: this.toText(this.CONSUME(StringToken)) } as const;
      },
    },
  ]);

  private readonly operandTokens: IOrAlt<IToken>[] = [
    { ALT: () => this.CONSUME(Integer) },
    { ALT: () => this.CONSUME(RefToken) },
    { ALT: () => this.CONSUME(keyword('local')) },
    { ALT: () => this.CONSUME(keyword('remote')) },
    { ALT: () => this.CONSUME(keyword('ipv4')) },
    { ALT: () => this.CONSUME(keyword('ipv6')) },
    { ALT: () => this.CONSUME(keyword('ebgp')) },
    { ALT: () => this.CONSUME(keyword('ibgp')) },
  ];

  /** operand = STRING | INT | Ref | enumWord */
  protected operand = this.inner('operand', (): Operand => {
    const token = this.OR(this.operandTokens);
    const literal = this.literal(token, 'integer') ?? this.literal(token, 'string');
    return literal ?? { kind: 'word', text: token.image, span: this.spanOf(token) };
  });

  /** operands = "(" operand { "," operand } [ "," ] ")" */
  protected operands = this.inner('operands', () => this.listInParentheses(this.operand));

  private readonly fieldForms: IOrAlt<Pick<FieldNode, 'name' | 'key'>>[] = [
    { ALT: () => this.SUBRULE(this.keyedField) },
    { ALT: () => ({ name: this.SUBRULE(this.plainField), key: undefined }) },
  ];

  /** field = ( "label" | "annotation" | "taint" ) STRING | "name" | "namespace" | … */
  protected field = this.inner('field', (): FieldNode => {
    const start = this.nextOffset();
    const { name, key } = this.OR(this.fieldForms);
    return { kind: 'field', name, key, span: this.spanFrom(start) };
  });

  private keyedField = this.inner('keyedField', () => {
    const name: FieldName = this.OR([this.word('label'), this.word('annotation'), this.word('taint')]);
    return { name, key: this.toText(this.CONSUME(StringToken)) };
  });

  private plainField = this.choice<FieldName>('plainField', [
    ...[this.word('name'), this.word('namespace'), this.word('type'), this.word('class')],
    ...[this.word('traffic-policy'), this.word('internal-traffic-policy'), this.word('family')],
    ...[this.word('kind'), this.word('zone'), this.word('cordoned'), this.word('length'), this.word('range')],
    ...[this.word('med'), this.word('local-pref'), this.word('source'), this.word('peer-type')],
    ...[this.word('interface'), this.word('aggregate'), this.word('exact')],
  ]);
}

/** Written out, because a copy of the tail to which something is added takes half as much memory again. */
function fieldTest(field: FieldNode, tail: FieldTail | undefined, span: Span): FieldTest {
  switch (tail?.kind) {
    case undefined:
      return { kind: 'present', field, span };
    case 'compare':
      return { kind: 'compare', field, operator: tail.operator, operand: tail.operand, span };
    case 'one-of':
      return { kind: 'one-of', field, negated: tail.negated, operands: tail.operands, span };
    case 'matches':
      return { kind: 'matches', field, glob: tail.glob, span };
  }
}
