// A plan as text: per node one table of what is advertised, to whom and how, and one of what is withheld and why.

import type { Plan, PlanNode, PlanRoute } from '../engine/index.ts';
import { count, renderTable } from './table.ts';

type PlanPeer = PlanRoute['peers'][number];

/** Renders every node of a plan; warnings are told elsewhere. */
export function renderPlan(plan: Plan): string {
  return plan.nodes.map(renderNode).join('\n');
}

/** `community 64512:100 no-export, med 50`: what a peer is told besides the prefix; empty where nothing is set. */
export function renderAttributes(peer: Omit<PlanPeer, 'peer' | 'reason' | 'at'>): string {
  const communities = [...peer.communities, ...peer.largeCommunities, ...peer.extendedCommunities];
  const parts = [
    ...(communities.length === 0 ? [] : [`community ${communities.join(' ')}`]),
    ...(peer.localPref === null ? [] : [`local-pref ${peer.localPref}`]),
    ...(peer.med === null ? [] : [`med ${peer.med}`]),
    ...(peer.prepend.length === 0 ? [] : [`prepend ${peer.prepend.join(' ')}`]),
  ];
  return parts.join(', ');
}

function renderNode(node: PlanNode): string {
  const excluded = node.excluded ? ' (excluded)' : '';
  const title = `${node.name}${excluded}: ${count(node.routes.length, 'route')} advertised, ${node.withheld.length} withheld\n`;
  const advertised = renderTable(
    ['PREFIX', 'SERVICE', 'RANGE', 'REASON', 'PEERS', 'ATTRIBUTES'],
    node.routes.flatMap(routeRows),
  );
  const withheld = renderTable(
    ['WITHHELD', 'SERVICE', 'REASON', 'DECIDED BY'],
    node.withheld.map(({ prefix, service, reason, at }) => [prefix ?? '-', service ?? '-', reason, at]),
  );
  return [
    title,
    ...(node.routes.length === 0 ? [] : [indent(advertised)]),
    ...(node.withheld.length === 0 ? [] : [indent(withheld)]),
  ].join('');
}

/** One row per distinct set of attributes: peers that are told the same share it. */
function routeRows(route: PlanRoute): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const peer of route.peers) {
    const attributes = renderAttributes(peer);
    groups.set(attributes, [...(groups.get(attributes) ?? []), peer.peer]);
  }
  if (groups.size === 0) groups.set('', ['no peer']);
  return [...groups].map(([attributes, peers], index) => {
    const fixed = index === 0 ? [route.prefix, route.service ?? '-', route.range, route.reason] : ['', '', '', ''];
    return [...fixed, peers.join(', '), attributes];
  });
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
