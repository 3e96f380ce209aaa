// What every layer of the grammar shares. The grammar is written with embedded actions rather than over a concrete
// syntax tree: the actions only build AST nodes, so the tree is typed by the compiler, nothing is built twice, and a
// small policy costs little at start-up. The price, that a rule which fails yields nothing, is paid by keeping the
// rules that recover small: one setting, one rule of a filter, one statement.

import { EmbeddedActionsParser, type IOrAlt, type IToken, type ParserMethod, type TokenType } from 'chevrotain';
import type {
  DurationLiteral,
  IntegerLiteral,
  LengthLiteral,
  Literal,
  PathLiteral,
  PercentLiteral,
  StringLiteral,
  Word,
} from '../ast.ts';
import { literalOf } from '../lexer.ts';
import { createSourceFile, type SourceFile } from '../source-file.ts';
import type { Span } from '../span.ts';
import { createExpectationProvider } from '../syntax-expectation.ts';
import {
  Comma,
  Equal,
  type Keyword,
  keyword,
  LeftBrace,
  LeftParenthesis,
  NameToken,
  RefToken,
  RightBrace,
  RightParenthesis,
  VOCABULARY,
} from '../tokens.ts';
import { KnownLookahead, skipRecording } from './known-lookahead.ts';

/** Tokens that recovery may add where they are missing; a made-up value would only cause more messages. */
const INSERTABLE: ReadonlySet<TokenType> = new Set([LeftBrace, RightBrace, RightParenthesis, Equal, NameToken]);

/** So many tokens tell every two alternatives apart. */
export const MAX_LOOKAHEAD = 2;

/** How a parser is made. */
export interface ParserOptions {
  /** Whether it goes on after a mistake; one that does not is faster to make and to run. */
  readonly recovery: boolean;
  /** Whether to run Chevrotain's checks for ambiguities, which a test does once for all. */
  readonly validate?: boolean;
}

/** The bottom layer: spans, literals, and the two kinds of rules. */
export abstract class RulesBase extends EmbeddedActionsParser {
  /** The file the tokens come from; set before each parse. */
  source: SourceFile = createSourceFile('', '');

  private readonly mistakes: { count: number };

  /** Recovery, Chevrotain's checks and whoever asks for the grammar need the rules as they are recorded. */
  private readonly isRecorded: boolean;

  constructor({ recovery, validate = false }: ParserOptions) {
    const mistakes = { count: 0 };
    super(VOCABULARY, {
      recoveryEnabled: recovery,
      maxLookahead: MAX_LOOKAHEAD,
      lookaheadStrategy: new KnownLookahead({ maxLookahead: MAX_LOOKAHEAD }),
      skipValidations: !validate,
      errorMessageProvider: createExpectationProvider(mistakes),
    });
    this.mistakes = mistakes;
    this.isRecorded = recovery || validate;
  }

  protected override performSelfAnalysis(): void {
    if (!this.isRecorded) skipRecording(this);
    super.performSelfAnalysis();
  }

  /** Starts anew with other tokens. */
  start(tokens: IToken[], source: SourceFile): void {
    this.source = source;
    this.mistakes.count = 0;
    this.input = tokens;
  }

  /** A rule whose failure is its caller's: it never skips tokens. */
  protected inner<T>(name: string, implementation: () => T): ParserMethod<[], T> {
    return this.RULE(name, implementation, { resyncEnabled: false });
  }

  /** A rule that recovers: after a mistake it skips to what may follow it and yields undefined. */
  protected recovering<T>(name: string, implementation: () => T): ParserMethod<[], T | undefined> {
    const widened: () => T | undefined = implementation;
    return this.RULE(name, widened, { recoveryValueFunc: () => undefined });
  }

  /** An inner rule that is one of several alternatives. They are made once, not at each call. */
  protected choice<T>(name: string, alternatives: IOrAlt<T>[]): ParserMethod<[], T> {
    return this.inner(name, () => this.OR(alternatives));
  }

  /** The same, for a rule that recovers. */
  protected recoveringChoice<T>(name: string, alternatives: IOrAlt<T>[]): ParserMethod<[], T | undefined> {
    return this.recovering(name, () => this.OR(alternatives));
  }

  /** An alternative that is one keyword and yields its text; `index` tells occurrences in one rule apart. */
  protected word<T extends Keyword>(word: T, index = 0): { ALT: () => T } {
    const type = keyword(word);
    return {
      ALT: () => {
        this.consume(index, type);
        return word;
      },
    };
  }

  /** An alternative that is one token and yields a value. */
  protected token<T>(type: TokenType, value: T): { ALT: () => T } {
    return {
      ALT: () => {
        this.CONSUME(type);
        return value;
      },
    };
  }

  /** rule { "," rule } */
  protected listOf<T>(rule: ParserMethod<[], T>): readonly T[] {
    const items: T[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => items.push(this.SUBRULE(rule)) });
    return withoutRoom(items);
  }

  /** "(" rule { "," rule } [ "," ] ")" */
  protected listInParentheses<T>(rule: ParserMethod<[], T>): readonly T[] {
    this.CONSUME(LeftParenthesis);
    const items = [this.SUBRULE1(rule)];
    this.MANY(() => {
      this.CONSUME(Comma);
      items.push(this.SUBRULE2(rule));
    });
    this.OPTION(() => this.CONSUME1(Comma));
    this.CONSUME(RightParenthesis);
    return withoutRoom(items);
  }

  /** A wrong token in the place of a name may start what follows: `peer a from {`. */
  protected override canTokenTypeBeDeletedInRecovery(type: TokenType): boolean {
    return type !== RefToken && type !== NameToken;
  }

  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return INSERTABLE.has(type);
  }

  /** Offset of the next token. */
  protected nextOffset(): number {
    const { startOffset } = this.LA(1);
    return startOffset >= 0 ? startOffset : this.source.text.length;
  }

  /** From an offset to the end of the last token taken. */
  protected spanFrom(start: number): Span {
    return { source: this.source, start, end: Math.max(start, endOf(this.LA(0))) };
  }

  /** The span of one token; a token that recovery added stands, empty, after the one before it. */
  protected spanOf(token: IToken): Span {
    if (token.startOffset >= 0) return { source: this.source, start: token.startOffset, end: endOf(token) };
    const end = Math.max(0, endOf(this.LA(0)));
    return { source: this.source, start: end, end };
  }

  /** What all settings have in common, given the token of their first word. */
  protected settingFrom(first: IToken): { readonly kind: 'setting'; readonly at: Span; readonly span: Span } {
    const at = this.spanOf(first);
    return { kind: 'setting', at, span: this.spanFrom(at.start) };
  }

  /** The token's literal if it is of the kind asked for. */
  protected literal<K extends Literal['kind']>(token: IToken, kind: K): Extract<Literal, { kind: K }> | undefined {
    const literal = literalOf(token);
    return isKind(literal, kind) ? literal : undefined;
  }

  protected toInteger(token: IToken): IntegerLiteral {
    return this.literal(token, 'integer') ?? { kind: 'integer', value: Number.NaN, span: this.spanOf(token) };
  }

  protected toDuration(token: IToken): DurationLiteral {
    return this.literal(token, 'duration') ?? { kind: 'duration', value: undefined, span: this.spanOf(token) };
  }

  protected toPercent(token: IToken): PercentLiteral {
    return this.literal(token, 'percent') ?? { kind: 'percent', value: Number.NaN, span: this.spanOf(token) };
  }

  protected toLength(token: IToken): LengthLiteral {
    return this.literal(token, 'length') ?? { kind: 'length', value: Number.NaN, span: this.spanOf(token) };
  }

  protected toWord(token: IToken): Word {
    return { kind: 'word', text: token.image, span: this.spanOf(token) };
  }

  protected toText(token: IToken): StringLiteral {
    return this.literal(token, 'string') ?? { kind: 'string', value: '', span: this.spanOf(token) };
  }

  protected toPath(token: IToken): PathLiteral {
    return this.literal(token, 'path') ?? { kind: 'path', value: '*/*', span: this.spanOf(token) };
  }
}

/** The list without the room for sixteen more that V8 makes when something is added: most lists have one item. */
export function withoutRoom<T>(items: readonly T[]): readonly T[] {
  return items.slice();
}

function isKind<K extends Literal['kind']>(
  literal: Literal | undefined,
  kind: K,
): literal is Extract<Literal, { kind: K }> {
  return literal?.kind === kind;
}

/** Offset after the token; not a number for the end of input and for tokens that recovery added. */
function endOf(token: IToken): number {
  return token.startOffset >= 0 ? token.startOffset + token.image.length : 0;
}
