// There is one `guard`, its limits can hold something back, and what `wait-for` asks is an address that can be asked.

import type { GuardSetting, Setting, Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';
import { wordOf } from '../scope.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** Checks `guard`, `use calico` and `wait-for`. */
export function checkGuard(model: Model, report: Report): void {
  for (const word of ['guard', 'use'] as const) {
    checkOnce(
      word,
      model.statements.filter((statement) => statement.kind === word),
      report,
    );
  }
  for (const statement of model.statements) {
    if (statement.kind === 'guard') for (const setting of statement.settings) checkLimit(setting, report);
    else if (statement.kind === 'speaker') for (const setting of statement.settings) checkUrl(setting, report);
  }
}

function checkOnce(word: 'guard' | 'use', [first, ...others]: readonly Statement[], report: Report): void {
  if (first === undefined) return;
  for (const { span } of others) {
    const setting = word === 'use' ? 'use calico' : word;
    report(wordOf(span, setting), messages['duplicate-setting']({ setting, block: 'policy' }), {
      also: [{ span: wordOf(first.span, setting), text: 'set first here' }],
    });
  }
}

function checkLimit(setting: GuardSetting, report: Report): void {
  if (setting.setting === 'max-routes') {
    const { span, value } = setting.count;
    const limit = { what: 'a number of routes', min: 1, max: 10_000_000 };
    if (value < limit.min || value > limit.max) report(span, messages['number-out-of-range'](limit));
    return;
  }
  if (setting.setting === 'max-withdraw') checkShare(setting.limit, report);
  const { span, value } = setting.within;
  if (value === undefined || (value >= SECOND && value <= DAY)) return;
  report(span, messages['duration-out-of-range']({ what: 'span of time', range: 'from 1s to 24h' }));
}

function checkShare(
  { kind, span, value }: Extract<GuardSetting, { setting: 'max-withdraw' }>['limit'],
  report: Report,
) {
  const isShare = kind === 'percent';
  const limit = isShare
    ? { what: 'a share of the routes in percent', min: 1, max: 100 }
    : { what: 'a number of routes', min: 1, max: 10_000_000 };
  if (value < limit.min || value > limit.max) report(span, messages['number-out-of-range'](limit));
}

function checkUrl(setting: Setting, report: Report): void {
  if (setting.setting !== 'wait-for') return;
  const { span, value } = setting.url;
  if (!isHttp(value)) report(span, messages['malformed-url']({ text: value }));
}

function isHttp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}
