// Passwords of sessions, from the environment or from files. They go to the renderer of BIRD's configuration and
// nowhere else: never into a log, a status or a policy.

import { readFileSync, statSync } from 'node:fs';
import type { DesiredPeer } from '../engine/desired-state.ts';
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
  readonly message: string;
}

/** BIRD accepts no more: TCP MD5 keys have at most 80 bytes (Linux TCP_MD5SIG_MAXKEYLEN). */
const MAX_PASSWORD_BYTES = 80;

/** Reads the password of every peer that has one. */
export function readSecrets(peers: readonly DesiredPeer[], env: Readonly<Record<string, string | undefined>>): Secrets {
  const passwords = new Map<string, string>();
  const missing: SecretProblem[] = [];
  const warnings: SecretProblem[] = [];
  for (const { name, password } of peers) {
    if (password === undefined) continue;
    const result = password.kind === 'env' ? fromEnv(password.variable, env) : fromFile(password.path);
    const message = result.kind === 'missing' ? result.message : unusable(result.text);
    if (result.kind === 'missing' || message !== undefined) missing.push({ peer: name, message: message ?? '' });
    else passwords.set(name, result.text);
    if (result.kind === 'found' && result.warning !== undefined) warnings.push({ peer: name, message: result.warning });
  }
  return { passwords, missing, warnings };
}

type Reading =
  | { readonly kind: 'found'; readonly text: string; readonly warning: string | undefined }
  | { readonly kind: 'missing'; readonly message: string };

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
    // Editors end a file with a newline that is no part of the password.
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    const warning =
      (mode & 0o004) === 0 ? undefined : `every user can read the password file \`${path}\`; run \`chmod 600 ${path}\``;
    return { kind: 'found', text, warning };
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
