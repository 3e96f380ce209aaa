// Warns about aggregates of external and load balancer addresses without protection against loops: a packet for an address
// that no service took goes back to the router, which sends it here again. A cluster IP is taken care of by kube-proxy.

import type { RangeStatement, SpeakerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { isSingleAddress } from '../prefix.ts';
import type { Report } from '../report.ts';
import { wordOf } from '../scope.ts';

/** Points at the mode of each such range. */
export function checkLoopingAggregates(model: Model, report: Report): void {
  const { speaker } = model.scope;
  if (speaker === undefined || isProtected(speaker)) return;
  const also = [{ span: wordOf(speaker.span, 'speaker'), text: '`loop-protection` is off' }];
  for (const range of model.scope.ranges.values()) {
    if (range.mode === undefined || !isAggregate(range, model)) continue;
    report(range.mode.span, messages['looping-aggregate']({ range: range.name.text }), { also });
  }
}

function isProtected({ settings }: SpeakerStatement): boolean {
  return settings.some((setting) => setting.setting === 'loop-protection' && setting.value !== 'off');
}

/** A range prefix that is a single address is always exact. */
function isAggregate({ mode, addressKind, prefixes }: RangeStatement, { values }: Model): boolean {
  if (mode?.mode !== 'aggregate' || addressKind === 'cluster-ip') return false;
  return values.plainPrefixes(prefixes).some((prefix) => !isSingleAddress(prefix));
}
