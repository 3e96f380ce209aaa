// Small pieces of English that warnings and explanations share.

import type { AddressKind } from '../dsl/policy.ts';

const NAMES_SHOWN = 8;

/** `a`, `a and b`, `a, b and c`; after eight names `and 3 more`. */
export function listNames(names: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = names.length > NAMES_SHOWN ? names.slice(0, NAMES_SHOWN) : names.slice(0, -1);
  const last = names.length > NAMES_SHOWN ? `${names.length - NAMES_SHOWN} more` : (names.at(-1) ?? '');
  return shown.length === 0 ? last : `${shown.join(', ')} ${word} ${last}`;
}

/** `no endpoints`, `1 endpoint`, `2 endpoints`. */
export function countOf(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The kind in words, with its article: `a load balancer IP`. */
export function kindInWords(kind: AddressKind): string {
  switch (kind) {
    case 'cluster-ip':
      return 'a cluster IP';
    case 'external-ip':
      return 'an external IP';
    case 'load-balancer-ip':
      return 'a load balancer IP';
  }
}

/** `198.51.100.10` for `198.51.100.10/32`; other prefixes as they are. */
export function withoutHostLength(prefix: string): string {
  return prefix.replace(prefix.includes(':') ? /\/128$/ : /\/32$/, '');
}
