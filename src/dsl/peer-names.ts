import type { Ref } from './ast.ts';
import type { Model } from './model.ts';
import { templateOf } from './policy-settings.ts';

/** Names of peers; a template stands for its peers. */
export function peerNames(refs: readonly Ref[], { scope }: Model): readonly string[] {
  const names = refs.flatMap((ref) => {
    const found = scope.sessions.get(ref.text);
    if (found?.kind !== 'template') return found === undefined ? [] : [found.name.text];
    const sessions = [...scope.sessions.values()];
    return sessions.flatMap((peer) =>
      peer.kind === 'peer' && templateOf(peer, scope) === found ? [peer.name.text] : [],
    );
  });
  return [...new Set(names)];
}
