// Statements, and the whole policy. The finished parser: `createParser` is the only way to one.

import type { Rule as GrammarRule } from 'chevrotain';
import type {
  Expectation,
  ExpectedAttribute,
  GuardSetting,
  LengthLiteral,
  Let,
  ModeClause,
  PathLiteral,
  PeerSetting,
  PrefixValue,
  Rule,
  ServiceSetting,
  SpeakerSetting,
  Statement,
  StringLiteral,
} from '../ast.ts';
import {
  Comma,
  Duration,
  Equal,
  Integer,
  keyword,
  LeftBrace,
  Length,
  Path,
  Percent,
  RightBrace,
  StringToken,
} from '../tokens.ts';
import { PeerRules } from './peers.ts';
import type { ParserOptions } from './rules-base.ts';

/** The parser of the whole language. */
export class PolicyParser extends PeerRules {
  constructor(options: ParserOptions) {
    super(options);
    this.performSelfAnalysis();
  }

  /** The grammar; a parser that has not recorded it takes it from the other one, for its messages. */
  override getGAstProductions(): Record<string, GrammarRule> {
    return this === strict ? recoveringParser().getGAstProductions() : super.getGAstProductions();
  }

  /** policy = { statement } */
  policy = this.RULE('policy', (): readonly Statement[] => {
    const statements: Statement[] = [];
    this.MANY(() => {
      const statement = this.SUBRULE(this.statement);
      if (statement !== undefined) statements.push(statement);
    });
    return statements;
  });

  /** statement = include | let | speaker | range | exclude | service | filter | template | peer | guard | use | test */
  statement = this.recoveringChoice<Statement>('statement', [
    { ALT: () => this.SUBRULE(this.include) },
    { ALT: () => this.SUBRULE(this.let) },
    { ALT: () => this.SUBRULE(this.speaker) },
    { ALT: () => this.SUBRULE(this.range) },
    { ALT: () => this.SUBRULE(this.exclude) },
    { ALT: () => this.SUBRULE(this.service) },
    { ALT: () => this.SUBRULE(this.filter) },
    { ALT: () => this.SUBRULE(this.template) },
    { ALT: () => this.SUBRULE(this.peer) },
    { ALT: () => this.SUBRULE(this.guard) },
    { ALT: () => this.SUBRULE(this.use) },
    { ALT: () => this.SUBRULE(this.test) },
  ]);

  /** include = "include" STRING */
  private include = this.inner('include', (): Statement => {
    const start = this.nextOffset();
    this.CONSUME(keyword('include'));
    const pattern = this.toText(this.CONSUME(StringToken));
    return { kind: 'include', pattern, span: this.spanFrom(start) };
  });

  /** let = "let" Name "=" value { "," value } */
  private let = this.inner('let', (): Let => {
    const start = this.nextOffset();
    this.CONSUME(keyword('let'));
    const name = this.SUBRULE(this.name);
    this.CONSUME(Equal);
    const values = this.listOf(this.value);
    return { kind: 'let', name, values, span: this.spanFrom(start) };
  });

  /** speaker = "speaker" "{" { speakerItem } "}" */
  private speaker = this.inner('speaker', (): Statement => {
    const start = this.nextOffset();
    const settings: SpeakerSetting[] = [];
    this.CONSUME(keyword('speaker'));
    this.CONSUME(LeftBrace);
    this.MANY(() => collect(settings, this.SUBRULE(this.speakerSetting)));
    this.CONSUME(RightBrace);
    return { kind: 'speaker', settings, span: this.spanFrom(start) };
  });

  /** range = "range" Name kind prefixes [ "for" paths ] [ "except" prefixes ] [ mode ] [ "{" { attribute } "}" ] */
  private range = this.inner('range', (): Statement => {
    const start = this.nextOffset();
    this.CONSUME(keyword('range'));
    const name = this.SUBRULE(this.name);
    const addressKind = this.SUBRULE(this.addressKind);
    const prefixes = this.SUBRULE(this.prefixes);
    const services = this.OPTION((): readonly PathLiteral[] => {
      this.CONSUME(keyword('for'));
      return this.SUBRULE(this.paths);
    });
    const except = this.OPTION1((): readonly PrefixValue[] => {
      this.CONSUME(keyword('except'));
      return this.SUBRULE1(this.prefixes);
    });
    const mode = this.OPTION2(() => this.SUBRULE(this.mode));
    const settings = this.OPTION3(() => this.SUBRULE(this.attributeBlock)) ?? [];
    const span = this.spanFrom(start);
    return {
      kind: 'range',
      name,
      addressKind,
      prefixes,
      for: services ?? [],
      except: except ?? [],
      mode,
      settings,
      span,
    };
  });

  private attributeBlock = this.inner('attributeBlock', () => {
    const settings: NonNullable<ReturnType<typeof this.rangeSetting>>[] = [];
    this.CONSUME(LeftBrace);
    this.MANY(() => collect(settings, this.SUBRULE(this.rangeSetting)));
    this.CONSUME(RightBrace);
    return settings;
  });

  /** mode = "exact" | "aggregate" [ LENGTH [ "," LENGTH ] ] [ "when" "used" ] */
  private mode = this.inner('mode', (): ModeClause => {
    const start = this.nextOffset();
    return this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword('exact'));
          return { kind: 'mode', mode: 'exact', lengths: [], whenUsed: false, span: this.spanFrom(start) } as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(keyword('aggregate'));
          const lengths = this.OPTION(() => this.SUBRULE(this.lengths)) ?? [];
          const used = this.OPTION1(() => {
            this.CONSUME(keyword('when'));
            return this.CONSUME(keyword('used'));
          });
          const whenUsed = used !== undefined;
          return { kind: 'mode', mode: 'aggregate', lengths, whenUsed, span: this.spanFrom(start) } as const;
        },
      },
    ]);
  });

  private lengths = this.inner('lengths', (): readonly LengthLiteral[] => {
    const lengths: LengthLiteral[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => lengths.push(this.toLength(this.CONSUME(Length))) });
    return lengths;
  });

  /** exclude = "exclude" ( "nodes" "where" cond | "services" ( paths [ "where" cond ] | "where" cond ) | "prefixes" prefixes ) */
  private exclude = this.inner('exclude', (): Statement => {
    const start = this.nextOffset();
    this.CONSUME(keyword('exclude'));
    return this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword('nodes'));
          this.CONSUME(keyword('where'));
          const where = this.SUBRULE(this.condition);
          return { kind: 'exclude-nodes', where, span: this.spanFrom(start) } as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(keyword('services'));
          const selection = this.SUBRULE(this.serviceSelection);
          return { kind: 'exclude-services', ...selection, span: this.spanFrom(start) } as const;
        },
      },
      {
        ALT: () => {
          this.CONSUME(keyword('prefixes'));
          const prefixes = this.SUBRULE(this.prefixes);
          return { kind: 'exclude-prefixes', prefixes, span: this.spanFrom(start) } as const;
        },
      },
    ]);
  });

  /** paths [ "where" cond ] | "where" cond */
  private serviceSelection = this.inner('serviceSelection', () =>
    this.OR([
      {
        ALT: () => {
          const paths = this.SUBRULE(this.paths);
          return { paths, where: this.OPTION(() => this.SUBRULE(this.where)) };
        },
      },
      { ALT: () => ({ paths: [], where: this.SUBRULE1(this.where) }) },
    ]),
  );

  private where = this.inner('where', () => {
    this.CONSUME(keyword('where'));
    return this.SUBRULE(this.condition);
  });

  /** service = "service" ( PATH [ "where" cond ] | "where" cond ) "{" { serviceItem } "}" */
  private service = this.inner('service', (): Statement => {
    const start = this.nextOffset();
    const settings: ServiceSetting[] = [];
    this.CONSUME(keyword('service'));
    const { path, where } = this.OR([
      {
        ALT: () => {
          const chosen = this.toPath(this.CONSUME(Path));
          return { path: chosen, where: this.OPTION(() => this.SUBRULE(this.where)) };
        },
      },
      { ALT: () => ({ path: undefined, where: this.SUBRULE1(this.where) }) },
    ]);
    this.CONSUME(LeftBrace);
    this.MANY(() => collect(settings, this.SUBRULE(this.serviceSetting)));
    this.CONSUME(RightBrace);
    return { kind: 'service', path, where, settings, span: this.spanFrom(start) };
  });

  /** filter = "filter" Name "{" { rule } "}" */
  private filter = this.inner('filter', (): Statement => {
    const start = this.nextOffset();
    const rules: Rule[] = [];
    this.CONSUME(keyword('filter'));
    const name = this.SUBRULE(this.name);
    this.CONSUME(LeftBrace);
    this.MANY(() => collect(rules, this.SUBRULE(this.filterRule)));
    this.CONSUME(RightBrace);
    return { kind: 'filter', name, rules, span: this.spanFrom(start) };
  });

  /** template = "template" Name peerBody */
  private template = this.inner('template', (): Statement => {
    const start = this.nextOffset();
    this.CONSUME(keyword('template'));
    const name = this.SUBRULE(this.name);
    const settings = this.SUBRULE(this.peerBody);
    return { kind: 'template', name, settings, span: this.spanFrom(start) };
  });

  /** peer = "peer" Name [ "from" Ref ] peerBody */
  private peer = this.inner('peer', (): Statement => {
    const start = this.nextOffset();
    this.CONSUME(keyword('peer'));
    const name = this.SUBRULE(this.name);
    const template = this.OPTION(() => {
      this.CONSUME(keyword('from'));
      return this.SUBRULE(this.ref);
    });
    const settings = this.SUBRULE(this.peerBody);
    return { kind: 'peer', name, template, settings, span: this.spanFrom(start) };
  });

  /** peerBody = "{" { peerItem } "}" */
  private peerBody = this.inner('peerBody', (): readonly PeerSetting[] => {
    const settings: PeerSetting[] = [];
    this.CONSUME(LeftBrace);
    this.MANY(() => collect(settings, this.SUBRULE(this.peerSetting)));
    this.CONSUME(RightBrace);
    return settings;
  });

  /** guard = "guard" "{" { guardItem } "}" */
  private guard = this.inner('guard', (): Statement => {
    const start = this.nextOffset();
    const settings: GuardSetting[] = [];
    this.CONSUME(keyword('guard'));
    this.CONSUME(LeftBrace);
    this.MANY(() => collect(settings, this.SUBRULE(this.guardSetting)));
    this.CONSUME(RightBrace);
    return { kind: 'guard', settings, span: this.spanFrom(start) };
  });

  /** guardItem = "max-routes" INT | "max-withdraw" ( PERCENT | INT ) "within" DURATION | "confirm" "within" DURATION */
  private guardSetting = this.recoveringChoice<GuardSetting>('guardSetting', [
    {
      ALT: () => {
        const first = this.CONSUME(keyword('max-routes'));
        const count = this.toInteger(this.CONSUME(Integer));
        return { ...this.settingFrom(first), setting: 'max-routes', count } as const;
      },
    },
    {
      ALT: () => {
        const first = this.CONSUME(keyword('max-withdraw'));
        const limit = this.OR1([
          { ALT: () => this.toPercent(this.CONSUME(Percent)) },
          { ALT: () => this.toInteger(this.CONSUME1(Integer)) },
        ]);
        this.CONSUME(keyword('within'));
        const within = this.toDuration(this.CONSUME(Duration));
        return { ...this.settingFrom(first), setting: 'max-withdraw', limit, within } as const;
      },
    },
    {
      ALT: () => {
        const first = this.CONSUME(keyword('confirm'));
        this.CONSUME1(keyword('within'));
        const within = this.toDuration(this.CONSUME1(Duration));
        return { ...this.settingFrom(first), setting: 'confirm', within } as const;
      },
    },
  ]);

  /** use = "use" "calico" */
  private use = this.inner('use', (): Statement => {
    const start = this.nextOffset();
    this.CONSUME(keyword('use'));
    this.CONSUME(keyword('calico'));
    return { kind: 'use', span: this.spanFrom(start) };
  });

  /** test = "test" STRING "{" { "cluster" STRING | expect } "}" */
  private test = this.inner('test', (): Statement => {
    const start = this.nextOffset();
    const clusters: StringLiteral[] = [];
    const expectations: Expectation[] = [];
    this.CONSUME(keyword('test'));
    const name = this.toText(this.CONSUME(StringToken));
    this.CONSUME(LeftBrace);
    this.MANY(() => {
      const item = this.SUBRULE(this.testItem);
      if (item?.kind === 'string') clusters.push(item);
      else if (item?.kind === 'expectation') expectations.push(item);
    });
    this.CONSUME(RightBrace);
    return { kind: 'test', name, clusters, expectations, span: this.spanFrom(start) };
  });

  private testItem = this.recoveringChoice<StringLiteral | Expectation>('testItem', [
    {
      ALT: () => {
        this.CONSUME(keyword('cluster'));
        return this.toText(this.CONSUME(StringToken));
      },
    },
    { ALT: () => this.SUBRULE(this.expect) },
  ]);

  /** expect = "expect" who verdict ( "prefix" "in" prefixSet | prefix ) [ "to" Ref ] [ "with" expected { "and" expected } ] */
  private expect = this.inner('expect', (): Expectation => {
    const start = this.nextOffset();
    const attributes: ExpectedAttribute[] = [];
    this.CONSUME(keyword('expect'));
    const nodes = this.SUBRULE(this.expectedNodes);
    const verdict = this.OR([this.word('advertises'), this.word('withholds')]);
    const { inside, prefixes } = this.SUBRULE(this.expectedPrefixes);
    const peer = this.OPTION(() => {
      this.CONSUME(keyword('to'));
      return this.SUBRULE(this.ref);
    });
    this.OPTION1(() => {
      this.CONSUME(keyword('with'));
      this.AT_LEAST_ONE_SEP({
        SEP: keyword('and'),
        DEF: () => attributes.push(this.SUBRULE(this.expectedAttribute)),
      });
    });
    return { kind: 'expectation', nodes, verdict, inside, prefixes, peer, attributes, span: this.spanFrom(start) };
  });

  private expectedNodes = this.choice<Expectation['nodes']>('expectedNodes', [
    {
      ALT: () => {
        this.CONSUME(keyword('every'));
        this.CONSUME(keyword('node'));
        return 'every' as const;
      },
    },
    {
      ALT: () => {
        this.CONSUME(keyword('no'));
        this.CONSUME1(keyword('node'));
        return 'no' as const;
      },
    },
    { ALT: () => this.SUBRULE(this.ref) },
  ]);

  private expectedPrefixes = this.inner('expectedPrefixes', () =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword('prefix'));
          this.CONSUME(keyword('in'));
          return { inside: true, prefixes: this.SUBRULE(this.prefixSet) };
        },
      },
      { ALT: () => ({ inside: false, prefixes: [this.SUBRULE(this.prefix)] }) },
    ]),
  );

  /** expected = "community" community | "local-pref" INT | "med" INT | "prepend" INT */
  private expectedAttribute = this.inner('expectedAttribute', (): ExpectedAttribute => {
    const start = this.nextOffset();
    return this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword('community'));
          const value = this.SUBRULE(this.community);
          return { kind: 'expected', attribute: 'community', value, span: this.spanFrom(start) } as const;
        },
      },
      {
        ALT: () => {
          const attribute = this.OR1([this.word('local-pref'), this.word('med'), this.word('prepend')]);
          const value = this.toInteger(this.CONSUME(Integer));
          return { kind: 'expected', attribute, value, span: this.spanFrom(start) } as const;
        },
      },
    ]);
  });
}

let strict: PolicyParser | undefined;
let recovering: PolicyParser | undefined;

/** The parser for text without mistakes, made on first use and then reused. */
export function strictParser(): PolicyParser {
  strict ??= new PolicyParser({ recovery: false });
  return strict;
}

/** The parser that goes on after a mistake, made when there is one. */
export function recoveringParser(): PolicyParser {
  recovering ??= new PolicyParser({ recovery: true });
  return recovering;
}

function collect<T>(into: T[], item: T | undefined): void {
  if (item !== undefined) into.push(item);
}
