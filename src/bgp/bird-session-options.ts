// Options of a session as BIRD writes them: lines of its protocol, lines of its channels, and the BFD protocol that
// all sessions share.

import type { Family } from '../dsl/prefix.ts';
import type { AoAlgorithm, BfdOptions, SessionLimit } from '../dsl/session-options.ts';
import type { DesiredPeer } from '../engine/desired-state.ts';
import { quoteExactly, seconds } from './bird-syntax.ts';

/** The longest key that Linux and BIRD take for TCP-AO, in bytes. */
export const LONGEST_AO_KEY = 80;

const AO_NAMES: Readonly<Record<AoAlgorithm, string>> = {
  'hmac-sha1': 'hmac sha1',
  'cmac-aes128': 'cmac aes128',
  'hmac-md5': 'hmac md5',
  'hmac-sha256': 'hmac sha256',
  'hmac-sha384': 'hmac sha384',
  'hmac-sha512': 'hmac sha512',
};

/** What stands in the protocol itself. */
export function renderSessionOptions(peer: DesiredPeer): readonly string[] {
  const { allowLocalAs, longLivedGracefulRestartMs: longLivedMs, role } = peer;
  return [
    ...(peer.ttlSecurity ? ['  ttl security on;'] : []),
    ...renderBfd(peer.bfd),
    ...(longLivedMs === undefined
      ? []
      : ['  long lived graceful restart on;', `  long lived stale time ${seconds(longLivedMs)};`]),
    ...(allowLocalAs === undefined ? [] : [`  allow local as ${allowLocalAs};`]),
    ...(role === undefined ? [] : [`  local role ${role.replace('-', '_')};`]),
  ];
}

/** What stands in the channel of one family. */
export function renderChannelOptions(peer: DesiredPeer, family: Family): readonly string[] {
  return [
    ...renderLimit('import', peer.importLimit),
    ...renderLimit('export', peer.exportLimit),
    ...(peer.nextHop === 'self' ? ['    next hop self on;'] : []),
    ...(peer.nextHop === 'keep' ? ['    next hop keep on;'] : []),
    ...(peer.addPaths ? ['    add paths on;'] : []),
    ...(peer.extendedNextHop && family === 'ipv4' ? ['    extended next hop on;'] : []),
  ];
}

/** How the password is used; `…` stands for it in a configuration that people read. */
export function renderAuthentication(peer: DesiredPeer, password: string | undefined): readonly string[] {
  const secret = password === undefined ? '"…"' : quoteExactly(password);
  if (peer.authentication === undefined) return ['  authentication md5;', `  password ${secret};`];
  const { algorithm, keyId } = peer.authentication;
  return [
    '  authentication ao;',
    `  keys { key { id ${keyId}; algorithm ${AO_NAMES[algorithm]}; secret ${secret}; preferred; }; };`,
  ];
}

/** The protocol behind `bfd`. Sockets on single addresses leave room for others that do BFD on this machine. */
export function renderBfdProtocol(isStrict: boolean): readonly string[] {
  return ['protocol bfd {', ...(isStrict ? ['  strict bind on;'] : []), '}'];
}

function renderBfd(bfd: BfdOptions | undefined): readonly string[] {
  return bfd === undefined ? [] : [`  bfd { interval ${bfd.intervalMs} ms; multiplier ${bfd.multiplier}; };`];
}

function renderLimit(direction: 'import' | 'export', limit: SessionLimit | undefined): readonly string[] {
  return limit === undefined ? [] : [`    ${direction} limit ${limit.count} action ${limit.action};`];
}
