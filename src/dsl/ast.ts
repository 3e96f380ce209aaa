// The tree the parser builds: one closed union, every node with `kind` and `span`, everything readonly.
// It follows the text: names are not resolved and numbers are not checked here. A literal whose text is wrong
// has an undefined value; the lexer has reported it, so later stages stay silent about it.

import type { Community } from './community.ts';
import type { AddressKind, ComparisonOperator, EndpointRule, FieldName } from './policy.ts';
import type { Family, Prefix } from './prefix.ts';
import type { Span } from './span.ts';

interface Node {
  readonly span: Span;
}

/** One policy file. */
export interface PolicyFile extends Node {
  readonly kind: 'file';
  readonly statements: readonly Statement[];
}

/** Any node of the tree. */
export type AstNode =
  | PolicyFile
  | Statement
  | Setting
  | Rule
  | Action
  | ConditionNode
  | FieldNode
  | Expectation
  | ExpectedAttribute
  | Value
  | Word
  | Name;

// Names and values

/** A declared name. Empty text: the parser put it in to go on after a mistake. */
export interface Name extends Node {
  readonly kind: 'name';
  readonly text: string;
}

/** The use of a name; `quoted` where it was written as a string. */
export interface Ref extends Node {
  readonly kind: 'ref';
  readonly text: string;
  readonly quoted: boolean;
}

/** An unquoted word in an operand: an enumerated word or a name, as the field decides. */
export interface Word extends Node {
  readonly kind: 'word';
  readonly text: string;
}

export interface IntegerLiteral extends Node {
  readonly kind: 'integer';
  readonly value: number;
}

/** `AS64512` or `4.10`. */
export interface AsnLiteral extends Node {
  readonly kind: 'asn';
  readonly value: number | undefined;
}

export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
}

export interface AddressLiteral extends Node {
  readonly kind: 'address';
  readonly value: { readonly family: Family; readonly text: string } | undefined;
}

export interface PrefixLiteral extends Node {
  readonly kind: 'prefix';
  readonly value: Prefix | undefined;
}

export interface CommunityLiteral extends Node {
  readonly kind: 'community';
  readonly value: Community | undefined;
}

/** Milliseconds. */
export interface DurationLiteral extends Node {
  readonly kind: 'duration';
  readonly value: number | undefined;
}

export interface PercentLiteral extends Node {
  readonly kind: 'percent';
  readonly value: number;
}

/** `namespace/name` with `*` globs. */
export interface PathLiteral extends Node {
  readonly kind: 'path';
  readonly value: string;
}

/** `/27`, the block length of an aggregate. */
export interface LengthLiteral extends Node {
  readonly kind: 'length';
  readonly value: number;
}

export type Literal =
  | IntegerLiteral
  | AsnLiteral
  | StringLiteral
  | AddressLiteral
  | PrefixLiteral
  | CommunityLiteral
  | DurationLiteral
  | PercentLiteral
  | PathLiteral
  | LengthLiteral;

export type Value = Literal | Ref;
export type PrefixValue = PrefixLiteral | AddressLiteral | Ref;
export type AddressValue = AddressLiteral | Ref;
export type AsnValue = IntegerLiteral | AsnLiteral | Ref;
export type CommunityValue = CommunityLiteral | Ref;

/** `label "k"` or `annotation "k"`: read from the Node object. */
export type FromObject =
  | (Node & { readonly kind: 'label'; readonly key: StringLiteral })
  | (Node & { readonly kind: 'annotation'; readonly key: StringLiteral });

// Statements

export type Statement =
  | Include
  | Let
  | SpeakerStatement
  | RangeStatement
  | ExcludeNodes
  | ExcludeServices
  | ExcludePrefixes
  | ServiceStatement
  | FilterStatement
  | TemplateStatement
  | PeerStatement
  | GuardStatement
  | UseStatement
  | TestStatement;

export interface Include extends Node {
  readonly kind: 'include';
  readonly pattern: StringLiteral;
}

export interface Let extends Node {
  readonly kind: 'let';
  readonly name: Name;
  readonly values: readonly Value[];
}

export interface SpeakerStatement extends Node {
  readonly kind: 'speaker';
  readonly settings: readonly SpeakerSetting[];
}

export interface RangeStatement extends Node {
  readonly kind: 'range';
  readonly name: Name;
  readonly addressKind: AddressKind;
  readonly prefixes: readonly PrefixValue[];
  readonly for: readonly PathLiteral[];
  readonly except: readonly PrefixValue[];
  readonly mode: ModeClause | undefined;
  readonly settings: readonly AttributeSetting[];
}

/** `exact`, or `aggregate` with what follows it. */
export interface ModeClause extends Node {
  readonly kind: 'mode';
  readonly mode: 'exact' | 'aggregate';
  readonly lengths: readonly LengthLiteral[];
  readonly whenUsed: boolean;
}

export interface ExcludeNodes extends Node {
  readonly kind: 'exclude-nodes';
  readonly where: ConditionNode;
}

export interface ExcludeServices extends Node {
  readonly kind: 'exclude-services';
  readonly paths: readonly PathLiteral[];
  readonly where: ConditionNode | undefined;
}

export interface ExcludePrefixes extends Node {
  readonly kind: 'exclude-prefixes';
  readonly prefixes: readonly PrefixValue[];
}

export interface ServiceStatement extends Node {
  readonly kind: 'service';
  readonly path: PathLiteral | undefined;
  readonly where: ConditionNode | undefined;
  readonly settings: readonly ServiceSetting[];
}

export interface FilterStatement extends Node {
  readonly kind: 'filter';
  readonly name: Name;
  readonly rules: readonly Rule[];
}

export interface TemplateStatement extends Node {
  readonly kind: 'template';
  readonly name: Name;
  readonly settings: readonly PeerSetting[];
}

export interface PeerStatement extends Node {
  readonly kind: 'peer';
  readonly name: Name;
  readonly template: Ref | undefined;
  readonly settings: readonly PeerSetting[];
}

export interface GuardStatement extends Node {
  readonly kind: 'guard';
  readonly settings: readonly GuardSetting[];
}

export interface UseStatement extends Node {
  readonly kind: 'use';
}

export interface TestStatement extends Node {
  readonly kind: 'test';
  readonly name: StringLiteral;
  readonly clusters: readonly StringLiteral[];
  readonly expectations: readonly Expectation[];
}

// Settings. `setting` is the word the setting starts with, `at` the span of that word.

interface SettingNode extends Node {
  readonly kind: 'setting';
  readonly at: Span;
}

/** One node type for each word, so that a setting can be found by its word. */
type EachSetting<Word extends string, Body> = Word extends string
  ? SettingNode & { readonly setting: Word } & Body
  : never;

export type Setting = SpeakerSetting | AttributeSetting | ServiceSetting | PeerSetting | GuardSetting;

export type SpeakerSetting =
  | (SettingNode & { readonly setting: 'as'; readonly value: AsnValue | FromObject })
  | (SettingNode & { readonly setting: 'router-id'; readonly value: AddressValue | FromObject })
  | (SettingNode & { readonly setting: 'listen'; readonly off: true })
  | (SettingNode & {
      readonly setting: 'listen';
      readonly off: false;
      readonly address: AddressValue | FromObject | undefined;
      readonly port: IntegerLiteral;
    })
  | GracefulRestartSetting
  | (SettingNode & { readonly setting: 'wait-for'; readonly url: StringLiteral })
  | (SettingNode & { readonly setting: 'install'; readonly value: 'routes' | 'nothing' })
  | (SettingNode & { readonly setting: 'loop-protection'; readonly value: 'off' | 'drop' | 'reject' })
  | (SettingNode & { readonly setting: 'exclude-label'; readonly value: 'on' | 'off' });

/** A duration, or undefined for `off`. */
export type GracefulRestartSetting = SettingNode & {
  readonly setting: 'graceful-restart';
  readonly value: DurationLiteral | undefined;
};

export type AttributeSetting =
  | (SettingNode & { readonly setting: 'community'; readonly values: readonly CommunityValue[] })
  | EachSetting<'local-pref' | 'med' | 'prepend', { readonly value: IntegerLiteral }>;

export type ServiceSetting =
  | (SettingNode & {
      readonly setting: 'advertise';
      readonly mode: 'exact' | 'default' | 'nothing';
      readonly kinds: readonly AddressKind[];
    })
  | (SettingNode & {
      readonly setting: 'from';
      readonly origin: 'endpoint-nodes' | 'all-nodes' | undefined;
      readonly where: ConditionNode | undefined;
    })
  /** No peers: `to all`. */
  | (SettingNode & { readonly setting: 'to'; readonly peers: readonly Ref[] | undefined })
  | (SettingNode & { readonly setting: 'require'; readonly count: IntegerLiteral })
  | (SettingNode & { readonly setting: 'endpoints'; readonly rule: EndpointRule })
  /** No count: `limit off`. */
  | (SettingNode & { readonly setting: 'limit'; readonly count: IntegerLiteral | undefined })
  | (SettingNode & { readonly setting: 'advertise-delay'; readonly value: DurationLiteral })
  | AttributeSetting;

/** What a peer's or speaker's flag was set to. */
export type OnOff = 'on' | 'off';

export type LimitAction = 'warn' | 'block' | 'restart' | 'disable';

export interface RouteLimit {
  readonly count: IntegerLiteral;
  readonly action: LimitAction;
}

export type PeerSetting =
  | (SettingNode & { readonly setting: 'address'; readonly address: PeerAddressNode })
  | (SettingNode & { readonly setting: 'as'; readonly value: AsnValue | FromObject | Word })
  | (SettingNode & { readonly setting: 'local-as'; readonly value: AsnValue })
  | (SettingNode & { readonly setting: 'family'; readonly families: readonly Family[] })
  | (SettingNode & { readonly setting: 'description'; readonly value: StringLiteral })
  | (SettingNode & { readonly setting: 'nodes'; readonly nodes: ConditionNode | readonly Ref[] })
  | EachSetting<'export' | 'import', { readonly filters: 'all' | 'nothing' | readonly Ref[] }>
  | (SettingNode & { readonly setting: 'password'; readonly password: PasswordNode })
  | (SettingNode & { readonly setting: 'authentication'; readonly authentication: AuthenticationNode })
  | (SettingNode & {
      readonly setting: 'bfd';
      readonly value: OnOff;
      readonly intervals: readonly DurationLiteral[];
      readonly multipliers: readonly IntegerLiteral[];
    })
  | EachSetting<'hold-time' | 'keepalive' | 'connect-retry', { readonly value: DurationLiteral }>
  | EachSetting<'multihop' | 'ttl-security', { readonly value: OnOff; readonly hops: IntegerLiteral | undefined }>
  | EachSetting<'passive' | 'add-paths' | 'extended-next-hop' | 'transit', { readonly value: OnOff }>
  | (SettingNode & { readonly setting: 'source'; readonly value: AddressValue | FromObject })
  | GracefulRestartSetting
  | (SettingNode & {
      readonly setting: 'long-lived-graceful-restart';
      readonly value: DurationLiteral | undefined;
    })
  | (SettingNode & { readonly setting: 'next-hop'; readonly value: 'self' | 'keep' | 'auto' })
  | EachSetting<'import-limit' | 'export-limit', { readonly limit: RouteLimit | undefined }>
  | (SettingNode & { readonly setting: 'allow-local-as'; readonly count: IntegerLiteral | undefined })
  | (SettingNode & { readonly setting: 'role'; readonly role: Ref | undefined });

export type PeerAddressNode =
  | {
      readonly form: 'address';
      readonly value: AddressValue;
      readonly port: IntegerLiteral | undefined;
      readonly interface: StringLiteral | undefined;
    }
  | { readonly form: 'gateway' }
  | { readonly form: 'interface'; readonly name: StringLiteral }
  | { readonly form: 'from-object'; readonly value: FromObject }
  | { readonly form: 'in'; readonly prefix: PrefixValue };

export type PasswordNode =
  | { readonly form: 'off' }
  | { readonly form: 'env' | 'file'; readonly value: StringLiteral }
  | { readonly form: 'secret'; readonly path: PathLiteral; readonly key: StringLiteral };

export type AuthenticationNode =
  | { readonly form: 'md5' }
  | { readonly form: 'tcp-ao'; readonly keyId: IntegerLiteral; readonly algorithm: Ref };

export type GuardSetting =
  | (SettingNode & { readonly setting: 'max-routes'; readonly count: IntegerLiteral })
  | (SettingNode & {
      readonly setting: 'max-withdraw';
      readonly limit: PercentLiteral | IntegerLiteral;
      readonly within: DurationLiteral;
    })
  | (SettingNode & { readonly setting: 'confirm'; readonly within: DurationLiteral });

// Filter rules

export interface Rule extends Node {
  readonly kind: 'rule';
  readonly verdict: 'accept' | 'reject' | 'update';
  readonly condition: ConditionNode | undefined;
  readonly actions: readonly Action[];
}

export type Action =
  | (ActionNode & {
      readonly action: 'community';
      readonly remove: boolean;
      readonly values: readonly CommunityValue[];
    })
  | (ActionNode & { readonly action: 'local-pref' | 'med' | 'prepend'; readonly value: IntegerLiteral })
  | (ActionNode & { readonly action: 'prepend-as'; readonly path: readonly AsnValue[] })
  | (ActionNode & { readonly action: 'next-hop'; readonly value: 'self' | 'keep' | AddressValue });

interface ActionNode extends Node {
  readonly kind: 'action';
}

// Conditions

export type ConditionNode =
  | (Node & { readonly kind: 'and' | 'or'; readonly operands: readonly ConditionNode[] })
  | (Node & { readonly kind: 'not'; readonly operand: ConditionNode })
  | PrefixTest
  | (Node & { readonly kind: 'service-test'; readonly at: Span; readonly path: PathLiteral })
  | (Node & { readonly kind: 'community-test'; readonly at: Span; readonly community: CommunityValue })
  | (Node & { readonly kind: 'as-path-test'; readonly at: Span; readonly path: readonly AsnValue[] })
  | FieldTest;

/** `prefix in P`, `prefix == P` and their negations. `at` spans the word `prefix`. */
export interface PrefixTest extends Node {
  readonly kind: 'prefix-test';
  readonly at: Span;
  readonly operator: 'in' | 'equal';
  readonly negated: boolean;
  readonly prefixes: readonly PrefixValue[];
}

/** A field alone, compared, in a list, or matched. */
export type FieldTest =
  | (Node & { readonly kind: 'present'; readonly field: FieldNode })
  | (Node & {
      readonly kind: 'compare';
      readonly field: FieldNode;
      readonly operator: ComparisonOperator;
      readonly operand: Operand;
    })
  | (Node & {
      readonly kind: 'one-of';
      readonly field: FieldNode;
      readonly negated: boolean;
      readonly operands: readonly Operand[];
    })
  | (Node & { readonly kind: 'matches'; readonly field: FieldNode; readonly glob: StringLiteral });

/** What is read; `key` for label, annotation and taint. */
export interface FieldNode extends Node {
  readonly kind: 'field';
  readonly name: FieldName;
  readonly key: StringLiteral | undefined;
}

export type Operand = StringLiteral | IntegerLiteral | Word;

// Tests

export interface Expectation extends Node {
  readonly kind: 'expectation';
  readonly nodes: 'every' | 'no' | Ref;
  readonly verdict: 'advertises' | 'withholds';
  /** `prefix in P` rather than P itself. */
  readonly inside: boolean;
  readonly prefixes: readonly PrefixValue[];
  readonly peer: Ref | undefined;
  readonly attributes: readonly ExpectedAttribute[];
}

export type ExpectedAttribute =
  | (Node & { readonly kind: 'expected'; readonly attribute: 'community'; readonly value: CommunityValue })
  | (Node & {
      readonly kind: 'expected';
      readonly attribute: 'local-pref' | 'med' | 'prepend';
      readonly value: IntegerLiteral;
    });
