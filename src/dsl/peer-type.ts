// Whether a session is within the local AS, as far as the policy itself says it.

import type { AsnValue, PeerStatement, SpeakerSetting } from './ast.ts';
import type { Model } from './model.ts';
import { effectiveSettings } from './policy-settings.ts';

/** `internal` (iBGP) or `external` (eBGP); undefined where only the nodes or the other side know. */
export function peerTypeOf(peer: PeerStatement, model: Model): 'internal' | 'external' | undefined {
  const settings = effectiveSettings(peer, model.scope);
  const as = settings.find('as')?.value;
  if (as === undefined || as.kind === 'label' || as.kind === 'annotation') return undefined;
  if (as.kind === 'word') return as.text === 'internal' ? 'internal' : 'external';
  const [own, other] = [settings.find('local-as')?.value ?? speakerAs(model), as].map((value) =>
    numberOf(value, model),
  );
  if (own === undefined || other === undefined) return undefined;
  return own === other ? 'internal' : 'external';
}

/** The AS number of the speaker, if all nodes have the same. */
export function speakerAs({ scope: { speaker } }: Model): AsnValue | undefined {
  const setting = speaker?.settings.find((each): each is AsSetting => each.setting === 'as');
  const value = setting?.value;
  return value === undefined || value.kind === 'label' || value.kind === 'annotation' ? undefined : value;
}

type AsSetting = Extract<SpeakerSetting, { setting: 'as' }>;

function numberOf(value: AsnValue | undefined, { values }: Model): number | undefined {
  return value === undefined ? undefined : values.asns([value])[0];
}
