// A peer's settings with its template's merged in: a setting of the peer replaces the template's.

import type { PeerSetting, PeerStatement, TemplateStatement } from './ast.ts';
import type { Scope } from './scope.ts';

/** The kinds of settings a peer can have. */
export type PeerSettingName = PeerSetting['setting'];

/** The settings of one name. */
export type PeerSettingOf<K extends PeerSettingName> = Extract<PeerSetting, { setting: K }>;

/** What applies to a peer. */
export interface EffectiveSettings {
  readonly template: TemplateStatement | undefined;
  /** The setting with that name, or undefined if neither the peer nor its template has it. */
  find<K extends PeerSettingName>(name: K): PeerSettingOf<K> | undefined;
}

/** Merges a peer with its template. A template on its own has its own settings. */
export function effectiveSettings(statement: PeerStatement | TemplateStatement, scope: Scope): EffectiveSettings {
  const template = statement.kind === 'peer' ? templateOf(statement, scope) : undefined;
  return {
    template,
    find: (name) => findSetting(statement.settings, name) ?? findSetting(template?.settings ?? [], name),
  };
}

/** The template a peer takes from, if it names an existing one. */
export function templateOf(peer: PeerStatement, scope: Scope): TemplateStatement | undefined {
  const found = peer.template === undefined ? undefined : scope.sessions.get(peer.template.text);
  return found?.kind === 'template' ? found : undefined;
}

function findSetting<K extends PeerSettingName>(
  settings: readonly PeerSetting[],
  name: K,
): PeerSettingOf<K> | undefined {
  return settings.find((setting): setting is PeerSettingOf<K> => setting.setting === name);
}
