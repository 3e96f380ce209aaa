// Warns about a `to` that reaches nobody: a template without peers, or peers that run on none of the nodes that
// originate the routes.

import type { ConditionNode, PeerStatement, Ref, ServiceStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { effectiveSettings, templateOf } from '../policy-settings.ts';
import { ANYTHING, amongFact, type Clause, joinClauses } from '../reachability/clause.ts';
import type { Report } from '../report.ts';
import type { Span } from '../span.ts';

/** Looks at every name behind a `to`. */
export function checkToNobody(model: Model, report: Report): void {
  const peers = [...model.scope.sessions.values()].filter((session) => session.kind === 'peer');
  for (const block of model.statements) {
    if (block.kind !== 'service') continue;
    for (const setting of block.settings) {
      if (setting.setting !== 'to') continue;
      for (const ref of setting.peers ?? []) checkRef(ref, block, peers, model, report);
    }
  }
}

function checkRef(
  ref: Ref,
  block: ServiceStatement,
  peers: readonly PeerStatement[],
  model: Model,
  report: Report,
): void {
  const found = model.scope.sessions.get(ref.text);
  if (found === undefined) return;
  const meant = peers.filter((peer) => peer === found || templateOf(peer, model.scope) === found);
  if (meant.length === 0) {
    report(ref.span, messages['to-nobody']({ name: ref.text, why: 'no-peer' }), {
      also: [{ span: found.name.span, text: 'no peer takes from it' }],
    });
    return;
  }
  const where = block.settings.find((setting) => setting.setting === 'from')?.where;
  if (where === undefined || meant.some((peer) => canMeet(where, peer, model))) return;
  const spans = meant.flatMap((peer) => spanOfNodes(peer, model) ?? []);
  report(ref.span, messages['to-nobody']({ name: ref.text, why: 'no-node' }), {
    also: [
      { span: where.span, text: 'only these nodes originate the routes' },
      ...spans.slice(0, 1).map((span) => ({ span, text: 'none of them is meant here' })),
    ],
  });
}

/** Whether a node may fulfil the condition and run the peer. */
function canMeet(where: ConditionNode, peer: PeerStatement, model: Model): boolean {
  const [own, others] = [model.clausesOf(where), clausesOfNodes(peer, model)];
  if (own === undefined || others === undefined) return true;
  return own.some((one) => others.some((other) => joinClauses(one, other) !== undefined));
}

function clausesOfNodes(peer: PeerStatement, model: Model): readonly Clause[] | undefined {
  const nodes = effectiveSettings(peer, model.scope).find('nodes')?.nodes;
  if (nodes === undefined) return [ANYTHING];
  if ('kind' in nodes) return model.clausesOf(nodes);
  return [
    {
      ...ANYTHING,
      facts: [
        amongFact(
          'name',
          nodes.map(({ text }) => text),
        ),
      ],
    },
  ];
}

function spanOfNodes(peer: PeerStatement, model: Model): Span | undefined {
  return effectiveSettings(peer, model.scope).find('nodes')?.span;
}
