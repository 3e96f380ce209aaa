// Passwords in Secrets: which of them policies name, what is known of one, and the seam to wherever they are read. Secrets are
// never part of a snapshot, so nothing that is planned, explained, saved or printed can hold one.

import type { PasswordSource, Policy } from '../dsl/policy.ts';
import { isRecord } from '../unknown.ts';

/** One Secret of a cluster. */
export interface SecretId {
  readonly namespace: string;
  readonly name: string;
}

/** One value of a Secret. */
export interface SecretRef extends SecretId {
  readonly key: string;
}

/** What is known of a value. */
export type SecretReading =
  /** `trouble`: why it cannot be read now, so that it may be out of date. */
  | { readonly kind: 'found'; readonly text: string; readonly trouble: string | undefined }
  /** The cluster has no such Secret, or not this value in it. */
  | { readonly kind: 'missing'; readonly message: string }
  /** Never read so far; without a message it is just being read. */
  | { readonly kind: 'unread'; readonly message: string | undefined };

/** Follows a few Secrets by name, and keeps what they hold in memory for as long as they are wanted. */
export interface SecretSource {
  /** Calls back whenever a reading may be another than before. */
  start(onChange: () => void): void;
  /** Follows exactly these. */
  want(secrets: readonly SecretId[]): void;
  read(ref: SecretRef): SecretReading;
  stop(): Promise<void>;
}

/** The values of one Secret; undefined for one that is not text, or not base64. */
export type SecretValues = ReadonlyMap<string, string | undefined>;

/** The Secrets that these policies name, each once, sorted. */
export function secretsOf(policies: readonly Policy[]): readonly SecretId[] {
  const passwords = policies.flatMap(({ peers }) => peers.flatMap(({ password }) => password ?? []));
  const byName = new Map(passwords.filter(isSecret).map((ref) => [secretName(ref), ref]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { namespace, name }]) => ({ namespace, name }));
}

/** `bgp/fabric`, as the policy writes it. */
export function secretName({ namespace, name }: SecretId): string {
  return `${namespace}/${name}`;
}

/** The name and the values of a Secret as the API or a manifest has it; undefined for anything else. */
export function decodeSecret(value: unknown): { readonly id: SecretId; readonly values: SecretValues } | undefined {
  if (!isRecord(value) || !isRecord(value.metadata)) return undefined;
  const { name, namespace = 'default' } = value.metadata;
  if (typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  const values = new Map<string, string | undefined>();
  for (const [key, data] of entriesOf(value.data)) values.set(key, typeof data === 'string' ? decode(data) : undefined);
  // As the API server does it: plain text takes the place of data.
  for (const [key, text] of entriesOf(value.stringData)) values.set(key, typeof text === 'string' ? text : undefined);
  return { id: { namespace, name }, values };
}

/** What the values of a Secret say of one key; without values the cluster has no such Secret. */
export function readKey(ref: SecretRef, values: SecretValues | undefined): SecretReading {
  const name = secretName(ref);
  if (values === undefined) return { kind: 'missing', message: `the cluster has no Secret ${name}` };
  if (!values.has(ref.key)) return { kind: 'missing', message: `the Secret ${name} has no key \`${ref.key}\`` };
  const text = values.get(ref.key);
  if (text === undefined) {
    return { kind: 'missing', message: `the key \`${ref.key}\` of the Secret ${name} is no UTF-8 text in base64` };
  }
  return { kind: 'found', text, trouble: undefined };
}

function isSecret(password: PasswordSource): password is Extract<PasswordSource, { readonly kind: 'secret' }> {
  return password.kind === 'secret';
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

function decode(base64: string): string | undefined {
  const compact = base64.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    return undefined;
  }
}
