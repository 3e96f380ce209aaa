// Warns about a `prepend` that reaches an internal peer: it puts the AS number that both sides have into the path, and the
// receiver drops the route as a loop. Speaks only where the policy itself says that the route gets there.

import type { Action, AttributeSetting, FilterStatement, PeerStatement, Setting } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { peerNames } from '../peer-names.ts';
import { peerTypeOf, speakerAs } from '../peer-type.ts';
import { effectiveSettings } from '../policy-settings.ts';
import { ANYTHING, amongFact, joinClauses } from '../reachability/clause.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';

/** Looks at filters that internal peers export with, at services and at ranges. */
export function checkPrependInside(model: Model, report: Report): void {
  const internal = [...model.scope.sessions.values()].filter(
    (session) => session.kind === 'peer' && peerTypeOf(session, model) === 'internal',
  );
  for (const peer of internal) if (peer.kind === 'peer') checkFilters(peer, model, report);
  const unfiltered = internal.filter((peer) => peer.kind === 'peer' && exportsAll(peer, model));
  if (unfiltered.length > 0)
    checkAttributes(new Map(unfiltered.map((peer) => [peer.name.text, peer.span])), model, report);
}

function exportsAll(peer: PeerStatement, model: Model): boolean {
  return (effectiveSettings(peer, model.scope).find('export')?.filters ?? 'all') === 'all';
}

function checkFilters(peer: PeerStatement, model: Model, report: Report): void {
  const filters = effectiveSettings(peer, model.scope).find('export')?.filters ?? 'all';
  if (typeof filters === 'string') return;
  for (const { text } of filters) {
    const filter = model.scope.filters.get(text);
    if (filter === undefined) continue;
    for (const action of prepends(filter, model)) tell(action.span, peer.name.text, model, report);
  }
}

/** Actions that put the local AS into the paths of routes for internal peers. */
function prepends(filter: FilterStatement, model: Model): readonly Action[] {
  const clausesOfRules = model.clausesOfRules(filter);
  return filter.rules
    .filter((_, index) => clausesOfRules[index]?.some((clause) => joinClauses(clause, INSIDE) !== undefined))
    .flatMap(({ actions }) => actions.filter((action) => putsLocalAs(action, model)));
}

const INSIDE = { ...ANYTHING, facts: [amongFact('peer-type', ['ibgp'])] };

function putsLocalAs(action: Action, model: Model): boolean {
  if (action.action === 'prepend') return true;
  const own = speakerAs(model);
  if (action.action !== 'prepend-as' || own === undefined) return false;
  return model.values.asns(action.path).includes(model.values.asns([own])[0] ?? 0);
}

/** `peers`: internal ones that are offered everything. */
function checkAttributes(peers: ReadonlyMap<string, Span>, model: Model, report: Report): void {
  const [first = ''] = peers.keys();
  const isFreeOfTo = !model.statements.some((node) => node.kind === 'service' && toOf(node.settings) !== undefined);
  for (const node of model.statements) {
    if (node.kind !== 'service' && node.kind !== 'range') continue;
    const settings: readonly Setting[] = node.settings;
    const prepend = settings.find((setting): setting is AttributeSetting => setting.setting === 'prepend');
    if (prepend === undefined) continue;
    // Another block may name other peers for the same routes.
    const to = node.kind === 'service' ? toOf(node.settings) : undefined;
    const reached =
      to === undefined ? (isFreeOfTo ? first : undefined) : peerNames(to, model).find((name) => peers.has(name));
    if (reached !== undefined) tell(prepend.span, reached, model, report);
  }
}

function toOf(settings: readonly Setting[]) {
  return settings.find((setting) => setting.setting === 'to')?.peers;
}

function tell(span: Span, peer: string, { scope }: Model, report: Report): void {
  const session = scope.sessions.get(peer);
  const also = session === undefined ? [] : [{ span: session.name.span, text: 'an internal peer' }];
  report(span, messages['prepend-inside']({ peer }), { also });
}
