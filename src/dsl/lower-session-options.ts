// The options of a peer's session from its effective settings. Checks have refused what does not fit together.

import type { Ref } from './ast.ts';
import type { EffectiveSettings, PeerSettingOf } from './policy-settings.ts';
import {
  AO_ALGORITHMS,
  type Authentication,
  type BfdOptions,
  DEFAULT_BFD,
  SESSION_ROLES,
  type SessionLimit,
  type SessionOptions,
} from './session-options.ts';

/** Lowers what a session does besides its address, AS numbers, filters and timers. */
export function lowerSessionOptions(settings: EffectiveSettings): SessionOptions {
  return {
    bfd: lowerBfd(settings.find('bfd')),
    ttlSecurity: settings.find('ttl-security')?.value === 'on',
    longLivedGracefulRestartMs: settings.find('long-lived-graceful-restart')?.value?.value,
    nextHop: settings.find('next-hop')?.value ?? 'auto',
    importLimit: lowerLimit(settings.find('import-limit')),
    exportLimit: lowerLimit(settings.find('export-limit')),
    allowLocalAs: settings.find('allow-local-as')?.count?.value,
    role: findWord(settings.find('role')?.role, SESSION_ROLES),
    addPaths: settings.find('add-paths')?.value === 'on',
    extendedNextHop: settings.find('extended-next-hop')?.value === 'on',
    transit: settings.find('transit')?.value === 'on',
    authentication: lowerAuthentication(settings.find('authentication')),
  };
}

/** Over how many routers the session goes; absent: a direct one. What `ttl-security` says counts where `multihop` says nothing. */
export function lowerMultihop(settings: EffectiveSettings): { readonly hops: number | undefined } | undefined {
  const [multihop, security] = [settings.find('multihop'), settings.find('ttl-security')];
  if (multihop?.value !== 'on') return undefined;
  const secured = security?.value === 'on' ? security.hops?.value : undefined;
  return { hops: multihop.hops?.value ?? secured };
}

function lowerBfd(setting: PeerSettingOf<'bfd'> | undefined): BfdOptions | undefined {
  if (setting?.value !== 'on') return undefined;
  return {
    intervalMs: setting.intervals[0]?.value ?? DEFAULT_BFD.intervalMs,
    multiplier: setting.multipliers[0]?.value ?? DEFAULT_BFD.multiplier,
  };
}

function lowerLimit(setting: PeerSettingOf<'import-limit' | 'export-limit'> | undefined): SessionLimit | undefined {
  return setting?.limit && { count: setting.limit.count.value, action: setting.limit.action };
}

function lowerAuthentication(setting: PeerSettingOf<'authentication'> | undefined): Authentication | undefined {
  const authentication = setting?.authentication;
  if (authentication?.form !== 'tcp-ao') return undefined;
  const algorithm = findWord(authentication.algorithm, AO_ALGORITHMS);
  return algorithm && { kind: 'tcp-ao', keyId: authentication.keyId.value, algorithm };
}

function findWord<Word extends string>(ref: Ref | undefined, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === ref?.text);
}
