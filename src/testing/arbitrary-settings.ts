// Random settings, filter rules and expectations as trees: every alternative of the grammar.

import fc from 'fast-check';
import type {
  Action,
  AttributeSetting,
  Expectation,
  ExpectedAttribute,
  GuardSetting,
  PeerAddressNode,
  PeerSetting,
  Rule,
  ServiceSetting,
  SpeakerSetting,
} from '../dsl/ast.ts';
import { anyCondition } from './arbitrary-conditions.ts';
import {
  anyAddress,
  anyAsn,
  anyCommunity,
  anyDuration,
  anyFromObject,
  anyInteger,
  anyPath,
  anyPercent,
  anyPrefix,
  anyRef,
  anyString,
  listOf,
  maybe,
  NOWHERE,
} from './arbitrary-literals.ts';

const span = fc.constant(NOWHERE);
const fixed = { kind: word('setting'), span, at: span };
const absent = fc.constant(undefined);

/** One of several words, with their own types. */
function word<const W extends string>(...words: readonly W[]): fc.Arbitrary<W> {
  return fc.constantFrom(...words);
}

export const anyAttribute: fc.Arbitrary<AttributeSetting> = fc.oneof(
  fc.record({ ...fixed, setting: word('community'), values: listOf(anyCommunity) }),
  fc.record({ ...fixed, setting: word('local-pref', 'med', 'prepend'), value: anyInteger }),
);

export const anyAddressKind = word('cluster-ip', 'external-ip', 'load-balancer-ip');

export const anySpeakerSetting: fc.Arbitrary<SpeakerSetting> = fc.oneof(
  fc.record({ ...fixed, setting: word('as'), value: fc.oneof(anyAsn, anyFromObject) }),
  fc.record({ ...fixed, setting: word('router-id'), value: fc.oneof(anyAddress, anyFromObject) }),
  fc.record({ ...fixed, setting: word('listen'), off: fc.constant(true as const) }),
  fc.record({
    ...fixed,
    setting: word('listen'),
    off: fc.constant(false as const),
    address: maybe(fc.oneof(anyAddress, anyFromObject)),
    port: anyInteger,
  }),
  fc.record({ ...fixed, setting: word('graceful-restart'), value: maybe(anyDuration) }),
  fc.record({ ...fixed, setting: word('wait-for'), url: anyString }),
  fc.record({ ...fixed, setting: word('install'), value: word('routes', 'nothing') }),
  fc.record({ ...fixed, setting: word('loop-protection'), value: word('off', 'drop', 'reject') }),
  fc.record({ ...fixed, setting: word('exclude-label'), value: word('on', 'off') }),
);

export const anyServiceSetting: fc.Arbitrary<ServiceSetting> = fc.oneof(
  fc.record({
    ...fixed,
    setting: word('advertise'),
    mode: word('exact', 'default', 'nothing'),
    kinds: listOf(anyAddressKind, 0),
  }),
  fc.record({
    ...fixed,
    setting: word('from'),
    origin: word('endpoint-nodes', 'all-nodes'),
    where: maybe(anyCondition),
  }),
  fc.record({ ...fixed, setting: word('from'), origin: absent, where: anyCondition }),
  fc.record({ ...fixed, setting: word('to'), peers: maybe(listOf(anyRef)) }),
  fc.record({ ...fixed, setting: word('require'), count: anyInteger }),
  fc.record({ ...fixed, setting: word('endpoints'), rule: word('ready-or-last', 'ready', 'serving') }),
  fc.record({ ...fixed, setting: word('limit'), count: maybe(anyInteger) }),
  fc.record({ ...fixed, setting: word('advertise-delay'), value: anyDuration }),
  anyAttribute,
);

const anyPeerAddress: fc.Arbitrary<PeerAddressNode> = fc.oneof(
  fc.record({ form: word('address'), value: anyAddress, port: maybe(anyInteger), interface: maybe(anyString) }),
  fc.record({ form: word('gateway') }),
  fc.record({ form: word('interface'), name: anyString }),
  fc.record({ form: word('from-object'), value: anyFromObject }),
  fc.record({ form: word('in'), prefix: anyPrefix }),
);

const anyPassword = fc.oneof(
  fc.record({ form: word('off') }),
  fc.record({ form: word('env', 'file'), value: anyString }),
  fc.record({ form: word('secret'), path: anyPath, key: anyString }),
);

const anyAuthentication = fc.oneof(
  fc.record({ form: word('md5') }),
  fc.record({ form: word('tcp-ao'), keyId: anyInteger, algorithm: anyRef }),
);

const internalOrExternal = word('internal', 'external').map((text) => ({ kind: 'word' as const, text, span: NOWHERE }));
const anyLimit = fc.record({ count: anyInteger, action: word('warn', 'block', 'restart', 'disable') });

export const anyPeerSetting: fc.Arbitrary<PeerSetting> = fc.oneof(
  fc.record({ ...fixed, setting: word('address'), address: anyPeerAddress }),
  fc.record({ ...fixed, setting: word('as'), value: fc.oneof(anyAsn, anyFromObject, internalOrExternal) }),
  fc.record({ ...fixed, setting: word('local-as'), value: anyAsn }),
  fc.record({ ...fixed, setting: word('family'), families: listOf(word('ipv4', 'ipv6')) }),
  fc.record({ ...fixed, setting: word('description'), value: anyString }),
  fc.record({ ...fixed, setting: word('nodes'), nodes: fc.oneof(anyCondition, listOf(anyRef)) }),
  fc.record({
    ...fixed,
    setting: word('export', 'import'),
    filters: fc.oneof(word('all', 'nothing'), listOf(anyRef)),
  }),
  fc.record({ ...fixed, setting: word('password'), password: anyPassword }),
  fc.record({ ...fixed, setting: word('authentication'), authentication: anyAuthentication }),
  fc.record({
    ...fixed,
    setting: word('bfd'),
    value: word('on', 'off'),
    intervals: fc.array(anyDuration, { maxLength: 1 }),
    multipliers: fc.array(anyInteger, { maxLength: 1 }),
  }),
  fc.record({ ...fixed, setting: word('hold-time', 'keepalive', 'connect-retry'), value: anyDuration }),
  fc.record({ ...fixed, setting: word('multihop', 'ttl-security'), value: word('off'), hops: absent }),
  fc.record({ ...fixed, setting: word('multihop', 'ttl-security'), value: word('on'), hops: maybe(anyInteger) }),
  fc.record({
    ...fixed,
    setting: word('passive', 'add-paths', 'extended-next-hop', 'transit'),
    value: word('on', 'off'),
  }),
  fc.record({ ...fixed, setting: word('source'), value: fc.oneof(anyAddress, anyFromObject) }),
  fc.record({
    ...fixed,
    setting: word('graceful-restart', 'long-lived-graceful-restart'),
    value: maybe(anyDuration),
  }),
  fc.record({ ...fixed, setting: word('next-hop'), value: word('self', 'keep', 'auto') }),
  fc.record({ ...fixed, setting: word('import-limit', 'export-limit'), limit: maybe(anyLimit) }),
  fc.record({ ...fixed, setting: word('allow-local-as'), count: maybe(anyInteger) }),
  fc.record({ ...fixed, setting: word('role'), role: maybe(anyRef) }),
);

export const anyGuardSetting: fc.Arbitrary<GuardSetting> = fc.oneof(
  fc.record({ ...fixed, setting: word('max-routes'), count: anyInteger }),
  fc.record({
    ...fixed,
    setting: word('max-withdraw'),
    limit: fc.oneof(anyPercent, anyInteger),
    within: anyDuration,
  }),
  fc.record({ ...fixed, setting: word('confirm'), within: anyDuration }),
);

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: word('action'),
    action: word('community'),
    remove: fc.boolean(),
    values: listOf(anyCommunity),
    span,
  }),
  fc.record({ kind: word('action'), action: word('local-pref', 'med', 'prepend'), value: anyInteger, span }),
  fc.record({ kind: word('action'), action: word('prepend-as'), path: listOf(anyAsn), span }),
  fc.record({
    kind: word('action'),
    action: word('next-hop'),
    value: fc.oneof(word('self', 'keep'), anyAddress),
    span,
  }),
);

export const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({
    kind: word('rule'),
    verdict: word('accept'),
    condition: maybe(anyCondition),
    actions: listOf(anyAction, 0),
    span,
  }),
  fc.record({
    kind: word('rule'),
    verdict: word('reject'),
    condition: maybe(anyCondition),
    actions: fc.constant([]),
    span,
  }),
  fc.record({
    kind: word('rule'),
    verdict: word('update'),
    condition: maybe(anyCondition),
    actions: listOf(anyAction),
    span,
  }),
);

const anyExpectedAttribute: fc.Arbitrary<ExpectedAttribute> = fc.oneof(
  fc.record({ kind: word('expected'), attribute: word('community'), value: anyCommunity, span }),
  fc.record({ kind: word('expected'), attribute: word('local-pref', 'med', 'prepend'), value: anyInteger, span }),
);

const expected = {
  kind: word('expectation'),
  nodes: fc.oneof(word('every', 'no'), anyRef),
  verdict: word('advertises', 'withholds'),
  peer: maybe(anyRef),
  attributes: listOf(anyExpectedAttribute, 0),
  span,
};

export const anyExpectation: fc.Arbitrary<Expectation> = fc.oneof(
  fc.record({ ...expected, inside: fc.constant(true), prefixes: listOf(anyPrefix) }),
  fc.record({ ...expected, inside: fc.constant(false), prefixes: anyPrefix.map((prefix) => [prefix]) }),
);
