// Warns about a test that expects a local preference where only external peers are asked, who are never sent one.

import type { Expectation } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { peerNames } from '../peer-names.ts';
import { peerTypeOf } from '../peer-type.ts';
import type { Report } from '../report.ts';

/** Looks at every expectation with `local-pref`. */
export function checkLocalPrefOutside(model: Model, report: Report): void {
  for (const test of model.statements) {
    if (test.kind !== 'test') continue;
    for (const expectation of test.expectations) {
      const attribute = expectation.attributes.find((each) => each.attribute === 'local-pref');
      if (attribute === undefined || !isForExternalPeers(expectation, model)) continue;
      report(attribute.span, messages['local-pref-outside']({ peer: expectation.peer?.text }));
    }
  }
}

function isForExternalPeers({ peer }: Expectation, model: Model): boolean {
  const { sessions } = model.scope;
  const names = peer === undefined ? [...sessions.keys()] : peerNames([peer], model);
  const peers = names.flatMap((name) => sessions.get(name) ?? []).filter((session) => session.kind === 'peer');
  return (
    peers.length > 0 && peers.every((session) => session.kind === 'peer' && peerTypeOf(session, model) === 'external')
  );
}
