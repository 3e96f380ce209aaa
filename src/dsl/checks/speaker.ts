// The speaker has an AS, and a router id that BGP can carry.

import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { wordOf } from '../scope.ts';

/** Checks the one speaker; that there is one is checked where the policy is put together. */
export function checkSpeaker({ scope: { speaker }, values }: Model, report: Report, errors: ErrorsSoFar): void {
  if (speaker === undefined) return;
  if (!speaker.settings.some((setting) => setting.setting === 'as') && !errors.inside(speaker.span)) {
    const missing = { block: 'this `speaker`', missing: [{ setting: 'as', example: 'as 64512' }] };
    report(wordOf(speaker.span, 'speaker'), messages['missing-setting'](missing));
  }
  for (const setting of speaker.settings) {
    if (setting.setting !== 'router-id' || setting.value.kind === 'label' || setting.value.kind === 'annotation')
      continue;
    const address = values.address(setting.value);
    if (address === undefined) continue;
    const help = 'write for example `router-id 192.0.2.1`, or leave it out';
    if (address.family === 'ipv6') {
      const message = 'a router id is written as an IPv4 address';
      report(setting.value.span, messages['family-mismatch']({ message, label: 'an IPv6 address', help }));
    } else if (address.text === '0.0.0.0') {
      const message = 'a router id is not `0.0.0.0`';
      report(setting.value.span, messages['family-mismatch']({ message, label: 'not an identifier (RFC 6286)', help }));
    }
  }
}
