// Path attributes, filter actions, filter rules and the settings of a service block.

import type { IOrAlt } from 'chevrotain';
import type { Action, AttributeSetting, ConditionNode, Rule, ServiceSetting } from '../ast.ts';
import type { EndpointRule } from '../policy.ts';
import { Duration, Integer, keyword } from '../tokens.ts';
import { ConditionRules } from './conditions.ts';

// Looked up once: these stand in every rule of a filter.
const Accept = keyword('accept');
const Reject = keyword('reject');
const Update = keyword('update');
const If = keyword('if');
const Then = keyword('then');
const Remove = keyword('remove');
const Community = keyword('community');

/** Rules for what a route gets, and who decides about it. */
export abstract class AttributeRules extends ConditionRules {
  /** attribute = "community" communities | "local-pref" INT | "med" INT | "prepend" INT */
  protected attribute = this.choice<AttributeSetting>('attribute', [
    {
      ALT: () => {
        const first = this.CONSUME(Community);
        const values = this.SUBRULE(this.communities);
        return { ...this.settingFrom(first), setting: 'community', values } as const;
      },
    },
    { ALT: () => this.SUBRULE(this.numberAttribute) },
  ]);

  private readonly numberAttributes: IOrAlt<'local-pref' | 'med' | 'prepend'>[] = [
    this.word('local-pref'),
    this.word('med'),
    this.word('prepend'),
  ];

  private numberAttribute = this.inner('numberAttribute', (): AttributeSetting => {
    const start = this.LA(1);
    const setting = this.OR(this.numberAttributes);
    const value = this.toInteger(this.CONSUME(Integer));
    return { ...this.settingFrom(start), setting, value };
  });

  /** An attribute in the block of a range, on its own so that it can recover. */
  protected rangeSetting = this.recovering('rangeSetting', () => this.SUBRULE(this.attribute));

  /** serviceItem = advertise | from | to | require | endpoints | limit | advertise-delay | attribute */
  protected serviceSetting = this.recoveringChoice<ServiceSetting>('serviceSetting', [
    { ALT: () => this.SUBRULE(this.advertiseSetting) },
    { ALT: () => this.SUBRULE(this.fromSetting) },
    { ALT: () => this.SUBRULE(this.toSetting) },
    { ALT: () => this.SUBRULE(this.requireSetting) },
    { ALT: () => this.SUBRULE(this.endpointsSetting) },
    { ALT: () => this.SUBRULE(this.limitSetting) },
    { ALT: () => this.SUBRULE(this.delaySetting) },
    { ALT: () => this.SUBRULE(this.attribute) },
  ]);

  /** "advertise" ( "exact" | "default" | "nothing" ) [ kind { "," kind } ] */
  private advertiseSetting = this.inner('advertiseSetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('advertise'));
    const mode = this.OR([this.word('exact'), this.word('default'), this.word('nothing')]);
    const kinds = this.OPTION(() => this.listOf(this.addressKind)) ?? [];
    return { ...this.settingFrom(first), setting: 'advertise', mode, kinds };
  });

  /** "from" ( "endpoint-nodes" | "all-nodes" ) [ "where" cond ] | "from" "nodes" "where" cond */
  private fromSetting = this.inner('fromSetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('from'));
    const { origin, where } = this.OR([
      {
        ALT: () => {
          const chosen = this.OR1([this.word('endpoint-nodes'), this.word('all-nodes')]);
          const condition = this.OPTION(() => {
            this.CONSUME(keyword('where'));
            return this.SUBRULE(this.condition);
          });
          return { origin: chosen, where: condition };
        },
      },
      {
        ALT: () => {
          this.CONSUME(keyword('nodes'));
          this.CONSUME1(keyword('where'));
          return { origin: undefined, where: this.SUBRULE1(this.condition) };
        },
      },
    ]);
    return { ...this.settingFrom(first), setting: 'from', origin, where };
  });

  /** "to" ( "all" | refs ) */
  private toSetting = this.inner('toSetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('to'));
    const peers = this.OR([{ ALT: () => void this.CONSUME(keyword('all')) }, { ALT: () => this.SUBRULE(this.refs) }]);
    return { ...this.settingFrom(first), setting: 'to', peers: peers ?? undefined };
  });

  /** "require" INT ( "endpoint" | "endpoints" ) */
  private requireSetting = this.inner('requireSetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('require'));
    const count = this.toInteger(this.CONSUME(Integer));
    this.OR([this.word('endpoint'), this.word('endpoints')]);
    return { ...this.settingFrom(first), setting: 'require', count };
  });

  /** "endpoints" ( "ready-or-last" | "ready" | "serving" ) */
  private endpointsSetting = this.inner('endpointsSetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('endpoints'));
    const rule: EndpointRule = this.OR([this.word('ready-or-last'), this.word('ready'), this.word('serving')]);
    return { ...this.settingFrom(first), setting: 'endpoints', rule };
  });

  /** "limit" ( "off" | INT ( "node" | "nodes" ) ) */
  private limitSetting = this.inner('limitSetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('limit'));
    const { count } = this.OR([
      this.token(keyword('off'), { count: undefined }),
      {
        ALT: () => {
          const number = this.toInteger(this.CONSUME(Integer));
          this.OR1([this.word('node'), this.word('nodes')]);
          return { count: number };
        },
      },
    ]);
    return { ...this.settingFrom(first), setting: 'limit', count };
  });

  /** "advertise-delay" DURATION */
  private delaySetting = this.inner('delaySetting', (): ServiceSetting => {
    const first = this.CONSUME(keyword('advertise-delay'));
    const value = this.toDuration(this.CONSUME(Duration));
    return { ...this.settingFrom(first), setting: 'advertise-delay', value };
  });

  /** "if" cond; `index` tells occurrences in one rule apart. */
  private ifCondition(index: number): () => ConditionNode {
    return () => {
      this.consume(index, If);
      return this.subrule(index, this.condition);
    };
  }

  private readonly acceptIf = this.ifCondition(0);
  private readonly rejectIf = this.ifCondition(1);
  private readonly updateIf = this.ifCondition(2);

  private readonly ruleForms: IOrAlt<Pick<Rule, 'verdict' | 'condition' | 'actions'>>[] = [
    {
      ALT: () => {
        this.CONSUME(Accept);
        const condition = this.OPTION(this.acceptIf);
        const actions = this.OPTION1(() => this.SUBRULE(this.thenActions)) ?? [];
        return { verdict: 'accept' as const, condition, actions };
      },
    },
    {
      ALT: () => {
        this.CONSUME(Reject);
        return { verdict: 'reject' as const, condition: this.OPTION2(this.rejectIf), actions: [] };
      },
    },
    {
      ALT: () => {
        this.CONSUME(Update);
        const condition = this.OPTION3(this.updateIf);
        return { verdict: 'update' as const, condition, actions: this.SUBRULE3(this.thenActions) };
      },
    },
  ];

  /** rule = "accept" [ "if" cond ] [ "then" actions ] | "reject" [ "if" cond ] | "update" [ "if" cond ] "then" actions */
  protected filterRule = this.recovering('filterRule', (): Rule => {
    const start = this.nextOffset();
    const { verdict, condition, actions } = this.OR(this.ruleForms);
    return { kind: 'rule', verdict, condition, actions, span: this.spanFrom(start) };
  });

  /** "then" action { "," action } */
  private thenActions = this.inner('thenActions', (): readonly Action[] => {
    this.CONSUME(Then);
    return this.listOf(this.action);
  });

  private readonly numberActions: IOrAlt<'local-pref' | 'med'>[] = [this.word('local-pref'), this.word('med')];

  /** action = [ "remove" ] "community" communitySet | "local-pref" INT | "med" INT | "next-hop" … | "prepend" … */
  private action = this.choice<Action>('action', [
    {
      ALT: () => {
        const start = this.nextOffset();
        const remove = this.OPTION(() => this.CONSUME(Remove)) !== undefined;
        this.CONSUME(Community);
        const values = this.SUBRULE(this.communitySet);
        return { kind: 'action', action: 'community', remove, values, span: this.spanFrom(start) } as const;
      },
    },
    {
      ALT: () => {
        const start = this.nextOffset();
        const action = this.OR1(this.numberActions);
        const value = this.toInteger(this.CONSUME(Integer));
        return { kind: 'action', action, value, span: this.spanFrom(start) } as const;
      },
    },
    { ALT: () => this.SUBRULE(this.nextHopAction) },
    { ALT: () => this.SUBRULE(this.prependAction) },
  ]);

  /** "next-hop" ( "self" | "keep" | address ) */
  private nextHopAction = this.inner('nextHopAction', (): Action => {
    const start = this.nextOffset();
    this.CONSUME(keyword('next-hop'));
    const value = this.OR([this.word('self'), this.word('keep'), { ALT: () => this.SUBRULE(this.address) }]);
    return { kind: 'action', action: 'next-hop', value, span: this.spanFrom(start) };
  });

  /** "prepend" ( INT | "as" asns ) */
  private prependAction = this.inner('prependAction', (): Action => {
    const start = this.nextOffset();
    this.CONSUME(keyword('prepend'));
    const what = this.OR([
      { ALT: () => ({ action: 'prepend', value: this.toInteger(this.CONSUME(Integer)) }) as const },
      {
        ALT: () => {
          this.CONSUME(keyword('as'));
          return { action: 'prepend-as', path: this.SUBRULE(this.asns) } as const;
        },
      },
    ]);
    return { kind: 'action', ...what, span: this.spanFrom(start) };
  });
}
