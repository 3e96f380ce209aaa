// What is done to the routes as a whole: limits on changes, waiting before the first announcement, and what happens on
// the node itself.

import type { GuardSetting, SpeakerSetting, Statement } from './ast.ts';
import type { Guard, Policy, Speaker } from './policy.ts';
import { placeOf } from './span.ts';

/** The limits and sources of a policy that stand in statements of their own; only what is written is there. */
export function lowerLimits(statements: readonly Statement[]): Pick<Policy, 'guard' | 'calico'> {
  const guard = statements.find((statement) => statement.kind === 'guard');
  const use = statements.find((statement) => statement.kind === 'use');
  return {
    ...(guard !== undefined && { guard: { at: placeOf(guard.span), ...lowerGuard(guard.settings) } }),
    ...(use !== undefined && { calico: placeOf(use.span) }),
  };
}

function lowerGuard(settings: readonly GuardSetting[]): Omit<Guard, 'at'> {
  const guard: { -readonly [K in keyof Omit<Guard, 'at'>]: Guard[K] } = {};
  for (const setting of settings) {
    const at = placeOf(setting.span);
    if (setting.setting === 'max-routes') guard.maxRoutes = { at, count: setting.count.value };
    else if (setting.setting === 'confirm') guard.confirm = { at, withinMs: setting.within.value ?? 0 };
    else {
      const { kind, value } = setting.limit;
      const limit = { kind: kind === 'percent' ? 'share' : 'count', value } as const;
      guard.maxWithdraw = { at, limit, withinMs: setting.within.value ?? 0 };
    }
  }
  return guard;
}

/** What the speaker waits for, and what it does on the node; only what is written is there. */
export function lowerNodeSettings(
  settings: readonly SpeakerSetting[],
): Pick<Speaker, 'waitFor' | 'install' | 'loopProtection'> {
  const waitFor = settings.flatMap((setting) =>
    setting.setting === 'wait-for' ? [{ at: placeOf(setting.span), url: setting.url.value }] : [],
  );
  const install = settings.find((setting) => setting.setting === 'install');
  const loopProtection = settings.find((setting) => setting.setting === 'loop-protection');
  return {
    ...(waitFor.length > 0 && { waitFor }),
    ...(install !== undefined && { install: install.value }),
    ...(loopProtection !== undefined && { loopProtection: loopProtection.value }),
  };
}
