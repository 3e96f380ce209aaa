// A single-valued setting stands once in a block; `community` and `wait-for` add up.

import type { Setting, Statement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';

const REPEATABLE: ReadonlySet<Setting['setting']> = new Set(['community', 'wait-for']);

/** Points at both places. */
export function checkDuplicateSettings(model: Model, report: Report): void {
  for (const statement of model.statements) {
    if ('settings' in statement) checkBlock(statement.settings, statement.kind, report);
  }
}

function checkBlock(settings: readonly Setting[], block: Statement['kind'], report: Report): void {
  const seen = new Map<string, Setting>();
  for (const setting of settings) {
    const earlier = seen.get(setting.setting);
    if (earlier === undefined) seen.set(setting.setting, setting);
    else if (!REPEATABLE.has(setting.setting)) {
      report(setting.at, messages['duplicate-setting']({ setting: setting.setting, block }), {
        also: [{ span: earlier.at, text: 'set first here' }],
      });
    }
  }
}
