// Passwords of sessions, from the environment, from files or from Secrets of the cluster. They go to the renderer of BIRD's
// configuration and nowhere else: never into a log, a status, a policy or the state directory.
// A password that cannot be read, or is gone, ends no session: one that has a password keeps it, and a problem says so.

import { readFileSync, statSync } from 'node:fs';
import { assertNever } from '../dsl/assert-never.ts';
import type { PasswordSource, Policy } from '../dsl/policy.ts';
import type { DesiredPeer } from '../engine/desired-state.ts';
import type { SecretReading, SecretRef, SecretSource } from '../kube/index.ts';
import { reasonOf } from './directories.ts';

/** The passwords there are, and what is wrong with the others. */
export interface Secrets {
  /** By peer name. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Peers whose session is not opened, because their password cannot be had. */
  readonly missing: readonly SecretProblem[];
  /** Peers that run although something about their password is not as it should be. */
  readonly warnings: readonly SecretProblem[];
}

/** What is wrong with one peer's password. */
export interface SecretProblem {
  readonly peer: string;
  readonly code: 'password-missing' | 'password-readable' | 'password-kept';
  readonly message: string;
}

/** BIRD accepts no more: TCP MD5 keys have at most 80 bytes (Linux TCP_MD5SIG_MAXKEYLEN). */
const MAX_PASSWORD_BYTES = 80;

/** Where passwords come from, besides files. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readSecret: (ref: SecretRef) => SecretReading;
  /** Passwords that sessions have now, by peer name. */
  readonly kept: ReadonlyMap<string, string>;
}

/** Reads the password of every peer that has one. */
export function readSecrets(peers: readonly DesiredPeer[], sources: SecretSources): Secrets {
  const passwords = new Map<string, string>();
  const missing: SecretProblem[] = [];
  const warnings: SecretProblem[] = [];
  for (const { name: peer, password } of peers) {
    if (password === undefined) continue;
    const result = goOnWith(sources.kept.get(peer), refuseUnusable(readPassword(password, sources)));
    if (result.kind === 'missing') missing.push({ peer, code: 'password-missing', message: result.message });
    if (result.kind !== 'found') continue;
    passwords.set(peer, result.text);
    if (result.warning !== undefined) warnings.push({ peer, ...result.warning });
  }
  return { passwords, missing, warnings };
}

/** Whether a Secret of the policy is just being read for the first time: sessions are not to end for that long. */
export function awaitsSecret({ peers }: Policy, source: Pick<SecretSource, 'read'>): boolean {
  return peers.some(({ password }) => {
    const reading = password?.kind === 'secret' ? source.read(password) : undefined;
    return reading?.kind === 'unread' && reading.message === undefined;
  });
}

type Reading =
  | { readonly kind: 'found'; readonly text: string; readonly warning: Omit<SecretProblem, 'peer'> | undefined }
  | { readonly kind: 'missing'; readonly message: string }
  /** It is just being read for the first time, and nothing is wrong so far. */
  | { readonly kind: 'pending' };

function readPassword(source: PasswordSource, { env, readSecret }: SecretSources): Reading {
  switch (source.kind) {
    case 'env':
      return fromEnv(source.variable, env);
    case 'file':
      return fromFile(source.path);
    case 'secret':
      return fromSecret(readSecret(source));
    default:
      return assertNever(source);
  }
}

function refuseUnusable(reading: Reading): Reading {
  const message = reading.kind === 'found' ? unusable(reading.text) : undefined;
  return message === undefined ? reading : { kind: 'missing', message };
}

/** Half a file, or one that is just being replaced, must not take a session's routes away. */
function goOnWith(kept: string | undefined, reading: Reading): Reading {
  if (kept === undefined || reading.kind === 'found') return reading;
  return { kind: 'found', text: kept, warning: reading.kind === 'missing' ? keeps(reading.message) : undefined };
}

function keeps(why: string): Omit<SecretProblem, 'peer'> {
  return { code: 'password-kept', message: `${why}; its session goes on with the password that it has` };
}

function fromSecret(reading: SecretReading): Reading {
  if (reading.kind === 'found') {
    const { text, trouble } = reading;
    // As with files: whatever made the Secret out of one may have left the newline in.
    return { kind: 'found', text: withoutNewline(text), warning: trouble === undefined ? undefined : keeps(trouble) };
  }
  return reading.message === undefined ? { kind: 'pending' } : { kind: 'missing', message: reading.message };
}

/** Editors end a file with a newline that is no part of the password. */
function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function fromEnv(variable: string, env: Readonly<Record<string, string | undefined>>): Reading {
  const text = env[variable];
  if (text === undefined) return { kind: 'missing', message: `the environment variable ${variable} is not set` };
  return { kind: 'found', text, warning: undefined };
}

function fromFile(path: string): Reading {
  try {
    const { mode } = statSync(path);
    if ((mode & 0o002) !== 0) {
      return {
        kind: 'missing',
        message: `every user can write the password file \`${path}\`; run \`chmod 600 ${path}\``,
      };
    }
    const text = withoutNewline(readFileSync(path, 'utf8'));
    if ((mode & 0o004) === 0) return { kind: 'found', text, warning: undefined };
    const message = `every user can read the password file \`${path}\`; run \`chmod 600 ${path}\``;
    return { kind: 'found', text, warning: { code: 'password-readable', message } };
  } catch (error) {
    return { kind: 'missing', message: `the password file \`${path}\` cannot be read: ${reasonOf(error)}` };
  }
}

function unusable(text: string): string | undefined {
  if (text === '') return 'the password is empty';
  if (Buffer.byteLength(text) > MAX_PASSWORD_BYTES) return `the password has more than ${MAX_PASSWORD_BYTES} bytes`;
  if (/\p{Cc}/u.test(text)) return 'the password has a control character, such as a second line';
  // Its strings have no escapes, and a password must not be changed.
  if (text.includes('"')) return 'the password has a double quote, which BIRD cannot read';
  return undefined;
}
