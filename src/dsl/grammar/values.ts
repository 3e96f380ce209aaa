// Values: names, literals, and lists of them.

import type { IToken } from 'chevrotain';
import type {
  AddressValue,
  AsnValue,
  CommunityValue,
  FromObject,
  Name,
  PathLiteral,
  PrefixValue,
  Ref,
  Value,
} from '../ast.ts';
import { type Community, WELL_KNOWN_COMMUNITIES } from '../community.ts';
import type { AddressKind } from '../policy.ts';
import {
  Address4,
  Address6,
  AsDot,
  AsNumber,
  Comma,
  ExtendedCommunity,
  Integer,
  LargeCommunity,
  NameToken,
  Path,
  Prefix4,
  Prefix6,
  RefToken,
  StandardCommunity,
  StringToken,
  WellKnownToken,
} from '../tokens.ts';
import { RulesBase, withoutRoom } from './rules-base.ts';

/** Rules for everything that can stand as a value. */
export abstract class ValueRules extends RulesBase {
  /** Name: any identifier or keyword. */
  protected name = this.inner('name', (): Name => {
    const token = this.CONSUME(NameToken);
    return { kind: 'name', text: token.image, span: this.spanOf(token) };
  });

  /** Ref: an identifier, a keyword that is not reserved, or a string. */
  protected ref = this.inner('ref', (): Ref => this.toRef(this.CONSUME(RefToken)));

  /** refs = Ref { "," Ref } */
  protected refs = this.inner('refs', () => this.listOf(this.ref));

  /** prefix = PREFIX4 | PREFIX6 | address */
  protected prefix = this.choice<PrefixValue>('prefix', [
    { ALT: () => this.toPrefix(this.CONSUME(Prefix4)) },
    { ALT: () => this.toPrefix(this.CONSUME(Prefix6)) },
    { ALT: () => this.toAddress(this.CONSUME(Address4)) },
    { ALT: () => this.toAddress(this.CONSUME(Address6)) },
    { ALT: () => this.toRef(this.CONSUME(RefToken)) },
  ]);

  /** prefixes = prefix { "," prefix } */
  protected prefixes = this.inner('prefixes', () => this.listOf(this.prefix));

  /** prefixSet = prefix | "(" prefix { "," prefix } [ "," ] ")" */
  protected prefixSet = this.choice<readonly PrefixValue[]>('prefixSet', [
    { ALT: () => [this.SUBRULE(this.prefix)] },
    { ALT: () => this.listInParentheses(this.prefix) },
  ]);

  /** address = ADDRESS4 | ADDRESS6 | Ref */
  protected address = this.choice<AddressValue>('address', [
    { ALT: () => this.toAddress(this.CONSUME(Address4)) },
    { ALT: () => this.toAddress(this.CONSUME(Address6)) },
    { ALT: () => this.toRef(this.CONSUME(RefToken)) },
  ]);

  /** asn = INT | ASDOT | ASN | Ref */
  protected asn = this.choice<AsnValue>('asn', [
    { ALT: () => this.toInteger(this.CONSUME(Integer)) },
    { ALT: () => this.toAsn(this.CONSUME(AsDot)) },
    { ALT: () => this.toAsnOrRef(this.CONSUME(RefToken)) },
  ]);

  /** asns = asn | "(" asn { "," asn } [ "," ] ")" */
  protected asns = this.choice<readonly AsnValue[]>('asns', [
    { ALT: () => [this.SUBRULE(this.asn)] },
    { ALT: () => this.listInParentheses(this.asn) },
  ]);

  /** community = COMMUNITY | LARGE | EXTCOMM | wellKnown | Ref */
  protected community = this.choice<CommunityValue>('community', [
    { ALT: () => this.toCommunity(this.CONSUME(StandardCommunity)) },
    { ALT: () => this.toCommunity(this.CONSUME(LargeCommunity)) },
    { ALT: () => this.toCommunity(this.CONSUME(ExtendedCommunity)) },
    { ALT: () => this.toWellKnown(this.CONSUME(WellKnownToken)) },
    { ALT: () => this.toRef(this.CONSUME(RefToken)) },
  ]);

  /** communities = community { "," community } */
  protected communities = this.inner('communities', () => this.listOf(this.community));

  /** communitySet = community | "(" community { "," community } [ "," ] ")" */
  protected communitySet = this.choice<readonly CommunityValue[]>('communitySet', [
    { ALT: () => [this.SUBRULE(this.community)] },
    { ALT: () => this.listInParentheses(this.community) },
  ]);

  /** paths = PATH { "," PATH } */
  protected paths = this.inner('paths', (): readonly PathLiteral[] => {
    const paths: PathLiteral[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => paths.push(this.toPath(this.CONSUME(Path))) });
    return withoutRoom(paths);
  });

  /** kind = "cluster-ip" | "external-ip" | "load-balancer-ip" */
  protected addressKind = this.choice<AddressKind>('addressKind', [
    this.word('cluster-ip'),
    this.word('external-ip'),
    this.word('load-balancer-ip'),
  ]);

  /** fromObject = ( "label" | "annotation" ) STRING */
  protected fromObject = this.inner('fromObject', (): FromObject => {
    const start = this.nextOffset();
    const kind = this.OR([this.word('label'), this.word('annotation')]);
    const key = this.toText(this.CONSUME(StringToken));
    return { kind, key, span: this.spanFrom(start) };
  });

  /** value = INT | ASDOT | ASN | STRING | address | prefix | community | Ref */
  protected value = this.choice<Value>('value', [
    { ALT: () => this.toInteger(this.CONSUME(Integer)) },
    { ALT: () => this.toAsn(this.CONSUME(AsDot)) },
    { ALT: () => this.toAddress(this.CONSUME(Address4)) },
    { ALT: () => this.toAddress(this.CONSUME(Address6)) },
    { ALT: () => this.toPrefix(this.CONSUME(Prefix4)) },
    { ALT: () => this.toPrefix(this.CONSUME(Prefix6)) },
    { ALT: () => this.toCommunity(this.CONSUME(StandardCommunity)) },
    { ALT: () => this.toCommunity(this.CONSUME(LargeCommunity)) },
    { ALT: () => this.toCommunity(this.CONSUME(ExtendedCommunity)) },
    { ALT: () => this.toWellKnown(this.CONSUME(WellKnownToken)) },
    { ALT: () => this.toTextOrRef(this.CONSUME(RefToken)) },
  ]);

  private toRef(token: IToken): Ref {
    const span = this.spanOf(token);
    const text = this.literal(token, 'string');
    return text === undefined
      ? { kind: 'ref', text: token.image, quoted: false, span }
      : { kind: 'ref', text: text.value, quoted: true, span };
  }

  /** In a `let` a string is a string, and a name is a reference. */
  private toTextOrRef(token: IToken): Value {
    return this.literal(token, 'string') ?? this.toAsnOrRef(token);
  }

  private toAsnOrRef(token: IToken): AsnValue {
    return token.tokenType === AsNumber ? this.toAsn(token) : this.toRef(token);
  }

  private toAsn(token: IToken): AsnValue {
    return this.literal(token, 'asn') ?? { kind: 'asn', value: undefined, span: this.spanOf(token) };
  }

  private toPrefix(token: IToken): PrefixValue {
    return this.literal(token, 'prefix') ?? { kind: 'prefix', value: undefined, span: this.spanOf(token) };
  }

  private toAddress(token: IToken): AddressValue {
    return this.literal(token, 'address') ?? { kind: 'address', value: undefined, span: this.spanOf(token) };
  }

  private toCommunity(token: IToken): CommunityValue {
    return this.literal(token, 'community') ?? { kind: 'community', value: undefined, span: this.spanOf(token) };
  }

  private toWellKnown(token: IToken): CommunityValue {
    const known: Readonly<Record<string, Community>> = WELL_KNOWN_COMMUNITIES;
    return { kind: 'community', value: known[token.image], span: this.spanOf(token) };
  }
}
