// A peer, together with its template, is a session that can come up: it has an address and an AS, its own end is of the
// same family, and its keepalives arrive before the hold time ends.

import type { PeerStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { type EffectiveSettings, effectiveSettings } from '../policy-settings.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { isMissing } from '../scope.ts';
import { defaultKeepalive, peerTimers } from '../timers.ts';

/** Checks every peer with its template merged in. */
export function checkPeers(model: Model, report: Report, errors: ErrorsSoFar): void {
  for (const statement of model.statements) {
    if (statement.kind !== 'peer') continue;
    const settings = effectiveSettings(statement, model.scope);
    // A setting that could not be read is not a missing one.
    const isWhole = ![statement, settings.template].some((part) => part !== undefined && errors.inside(part.span));
    if (isWhole) checkRequired(statement, settings, report);
    checkSourceFamily(settings, model, report);
    checkTimers(settings, report);
  }
}

function checkRequired(peer: PeerStatement, settings: EffectiveSettings, report: Report): void {
  // With an unknown template nobody can say what is missing.
  if (isMissing(peer.name) || (peer.template !== undefined && settings.template === undefined)) return;
  const block = `the peer \`${peer.name.text}\``;
  const required = [
    { setting: 'address', example: 'address 192.0.2.1' },
    { setting: 'as', example: 'as 64500' },
  ] as const;
  const missing = required.filter(({ setting }) => settings.find(setting) === undefined);
  if (missing.length > 0) report(peer.name.span, messages['missing-setting']({ block, missing }));
}

function checkSourceFamily(settings: EffectiveSettings, { values }: Model, report: Report): void {
  const [source, address] = [settings.find('source'), settings.find('address')];
  if (source === undefined || address?.address.form !== 'address') return;
  if (source.value.kind === 'label' || source.value.kind === 'annotation') return;
  const [own, other] = [values.address(source.value), values.address(address.address.value)];
  if (own === undefined || other === undefined || own.family === other.family) return;
  const message = 'both ends of a session are of one address family';
  const label = own.family === 'ipv4' ? 'an IPv4 address' : 'an IPv6 address';
  const help = `write an ${other.family === 'ipv4' ? 'IPv4' : 'IPv6'} address as \`source\`, or change the peer’s`;
  report(source.value.span, messages['family-mismatch']({ message, label, help }), {
    also: [{ span: address.address.value.span, text: own.family === 'ipv4' ? 'an IPv6 address' : 'an IPv4 address' }],
  });
}

function checkTimers(settings: EffectiveSettings, report: Report): void {
  const [hold, keepalive] = [settings.find('hold-time'), settings.find('keepalive')];
  const { holdTimeMs, keepaliveMs } = peerTimers(settings);
  if (keepalive?.value.value === undefined || holdTimeMs === 0 || keepaliveMs < holdTimeMs) return;
  const third = `${defaultKeepalive(holdTimeMs) / 1000}s`;
  report(
    keepalive.value.span,
    messages['keepalive-too-long']({ keepalive: `${keepaliveMs / 1000}s`, hold: `${holdTimeMs / 1000}s`, third }),
    hold === undefined ? {} : { also: [{ span: hold.value.span, text: 'the hold time' }] },
  );
}
