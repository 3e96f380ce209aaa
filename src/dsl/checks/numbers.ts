// Numbers and durations fit the protocol: every limit is that of BGP or BIRD, and the message says whose.

import type {
  DurationLiteral,
  ExpectedAttribute,
  FieldTest,
  FilterStatement,
  IntegerLiteral,
  Operand,
  Setting,
} from '../ast.ts';
import { actionsOf } from '../filter-actions.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { FieldName } from '../policy.ts';
import type { Report } from '../report.ts';
import { questionsOf } from '../walk-conditions.ts';

const MAX_32 = 0xffff_ffff;
const SECOND = 1000;

type WordOperand = Extract<Operand, { kind: 'word' }>;

interface NumberLimit {
  readonly what: string;
  readonly min: number;
  readonly max: number;
  readonly note?: string;
}

const ATTRIBUTE_LIMITS = {
  'local-pref': { what: 'a local preference', min: 0, max: MAX_32 },
  med: { what: 'a MED', min: 0, max: MAX_32 },
  prepend: { what: 'a number of prepended AS numbers', min: 1, max: 16 },
} as const satisfies Record<string, NumberLimit>;

/** Service blocks and filters add up, and `prepend 0` expects that none was prepended. */
const EXPECTED_LIMITS = { ...ATTRIBUTE_LIMITS, prepend: { ...ATTRIBUTE_LIMITS.prepend, min: 0, max: 255 } };

const PORT: NumberLimit = { what: 'a port', min: 1, max: 65535 };
const HOPS: NumberLimit = { what: 'a number of hops', min: 1, max: 255 };
const ENDPOINTS: NumberLimit = { what: 'a number of required endpoints', min: 1, max: 65535 };
const NODES: NumberLimit = { what: 'a number of nodes', min: 1, max: 65535 };

const MULTIPLIER: NumberLimit = { what: 'a BFD multiplier', min: 1, max: 255 };
const ROUTES: NumberLimit = { what: 'a limit of routes', min: 1, max: MAX_32 };
const OWN_AS: NumberLimit = { what: 'a number of times', min: 1, max: 255 };
const KEY_ID: NumberLimit = { what: 'a key id', min: 0, max: 255 };
const LONG_LIVED = {
  ...{ what: 'long-lived graceful restart time', max: 0xff_ffff },
  note: 'the time has 24 bits (RFC 9494)',
};

/** What a route's numbers can be compared with. */
const FIELD_LIMITS: ReadonlyMap<FieldName, NumberLimit> = new Map<FieldName, NumberLimit>([
  ['length', { what: 'a prefix length', min: 0, max: 128 }],
  ['med', ATTRIBUTE_LIMITS.med],
  ['local-pref', ATTRIBUTE_LIMITS['local-pref']],
]);

/** Checks every number whose limits do not depend on other settings. */
export function checkNumbers(model: Model, report: Report): void {
  for (const statement of model.statements) {
    if ('settings' in statement) for (const setting of statement.settings) checkSetting(setting, report);
    if (statement.kind === 'filter') checkActions(statement, report);
    else if (statement.kind === 'test') {
      for (const { attributes } of statement.expectations) for (const each of attributes) checkExpected(each, report);
    }
    for (const { byField } of questionsOf(statement)) {
      FIELD_LIMITS.forEach((limit, field) => {
        byField.get(field)?.forEach((test) => void checkTest(test, limit, model, report));
      });
    }
  }
}

function checkActions(filter: FilterStatement, report: Report): void {
  actionsOf(filter).numbers.forEach(({ action, value }) => void checkNumber(value, ATTRIBUTE_LIMITS[action], report));
}

function checkExpected(expected: ExpectedAttribute, report: Report): void {
  if (expected.attribute !== 'community') checkNumber(expected.value, EXPECTED_LIMITS[expected.attribute], report);
}

function checkTest(test: FieldTest, limit: NumberLimit, model: Model, report: Report): void {
  if (test.kind === 'compare') checkOperand(test.operand, limit, model, report);
  else if (test.kind === 'one-of') for (const operand of test.operands) checkOperand(operand, limit, model, report);
}

function checkOperand(operand: Operand, limit: NumberLimit, model: Model, report: Report): void {
  if (operand.kind === 'integer') checkNumber(operand, limit, report);
  else if (operand.kind === 'word') checkNamed(operand, limit, model, report);
}

/** The numbers behind a name, blamed on the place that uses it. */
function checkNamed({ text, span }: WordOperand, limit: NumberLimit, model: Model, report: Report): void {
  const named = model.scope.lets.get(text);
  if (named === undefined) return;
  for (const literal of model.values.literals(named)) {
    if (literal.kind === 'integer') checkNumber({ ...literal, span }, limit, report);
  }
}

function checkSetting(setting: Setting, report: Report): void {
  switch (setting.setting) {
    case 'local-pref':
    case 'med':
    case 'prepend':
      checkNumber(setting.value, ATTRIBUTE_LIMITS[setting.setting], report);
      return;
    case 'listen':
      if (!setting.off) checkNumber(setting.port, PORT, report);
      return;
    case 'address':
      if (setting.address.form === 'address' && setting.address.port) checkNumber(setting.address.port, PORT, report);
      return;
    case 'require':
      checkNumber(setting.count, ENDPOINTS, report);
      return;
    case 'limit':
      if (setting.count) checkNumber(setting.count, NODES, report);
      return;
    case 'multihop':
    case 'ttl-security':
      if (setting.hops) checkNumber(setting.hops, HOPS, report);
      return;
    case 'hold-time':
      checkHoldTime(setting.value, report);
      return;
    case 'keepalive':
      checkSeconds(setting.value, { what: 'keepalive', max: 21845 }, report);
      return;
    case 'connect-retry':
      checkSeconds(setting.value, { what: 'connect retry time', max: 65535 }, report);
      return;
    case 'advertise-delay':
      checkDelay(setting.value, report);
      return;
    case 'graceful-restart':
      if (setting.value) checkRestart(setting.value, report);
      return;
    default:
      checkSessionOption(setting, report);
  }
}

function checkSessionOption(setting: Setting, report: Report): void {
  switch (setting.setting) {
    case 'bfd':
      for (const interval of setting.intervals) checkInterval(interval, report);
      for (const multiplier of setting.multipliers) checkNumber(multiplier, MULTIPLIER, report);
      return;
    case 'import-limit':
    case 'export-limit':
      if (setting.limit) checkNumber(setting.limit.count, ROUTES, report);
      return;
    case 'allow-local-as':
      if (setting.count) checkNumber(setting.count, OWN_AS, report);
      return;
    case 'authentication':
      if (setting.authentication.form === 'tcp-ao') checkNumber(setting.authentication.keyId, KEY_ID, report);
      return;
    case 'long-lived-graceful-restart':
      if (setting.value) checkSeconds(setting.value, LONG_LIVED, report);
      return;
    default:
      return;
  }
}

function checkNumber(literal: IntegerLiteral, limit: NumberLimit, report: Report): void {
  // Not a number: recovery put it in, and its absence is reported already.
  if (Number.isNaN(literal.value)) return;
  if (literal.value < limit.min || literal.value > limit.max)
    report(literal.span, messages['number-out-of-range'](limit));
}

function checkHoldTime(literal: DurationLiteral, report: Report): void {
  const { value } = literal;
  if (value === undefined || value === 0) return;
  if (value >= 3 * SECOND && value <= 65535 * SECOND && value % SECOND === 0) return;
  const range = '0s, or whole seconds from 3s to 65535s';
  const note = 'a hold time is zero or at least three seconds (RFC 4271)';
  report(literal.span, messages['duration-out-of-range']({ what: 'hold time', range, note }));
}

/** A longer wait is a route that nobody remembers. */
function checkDelay(literal: DurationLiteral, report: Report): void {
  if (literal.value === undefined || literal.value <= 24 * 3600 * SECOND) return;
  report(literal.span, messages['duration-out-of-range']({ what: 'delay', range: '0s to 24h' }));
}

function checkRestart(literal: DurationLiteral, report: Report): void {
  const note = 'the restart time has 12 bits (RFC 4724)';
  checkSeconds(literal, { what: 'graceful restart time', max: 4095, note }, report);
}

function checkSeconds(
  literal: DurationLiteral,
  limit: { readonly what: string; readonly max: number; readonly note?: string },
  report: Report,
): void {
  const { value } = literal;
  if (value === undefined || (value >= SECOND && value <= limit.max * SECOND && value % SECOND === 0)) return;
  const range = `whole seconds from 1s to ${limit.max}s`;
  const note = limit.note === undefined ? {} : { note: limit.note };
  report(literal.span, messages['duration-out-of-range']({ what: limit.what, range, ...note }));
}

function checkInterval(literal: DurationLiteral, report: Report): void {
  const { value } = literal;
  if (value === undefined || (value >= 10 && value <= 60 * SECOND)) return;
  report(literal.span, messages['duration-out-of-range']({ what: 'BFD interval', range: 'from 10ms to 60s' }));
}
