// Test helper: policies as the documentation shows them. A block need not be a whole policy: what it uses and does not
// declare comes from a preamble. TESTING.md has the rule.

import { type Compiled, compile, createMemoryHost } from '../dsl/index.ts';
import type { CodeBlock } from './markdown.ts';

/** What a block of policy text promises. */
export type Promised =
  /** Compiles without errors and warnings; a name may be unused. */
  | 'good'
  /** Has an error, a warning or a hint. */
  | 'bad'
  /** Right, but part of it is not carried out yet. */
  | 'unsupported';

/** The promise in the words behind a fence. */
export function promiseOf(words: readonly string[]): Promised {
  if (words.includes('bad')) return 'bad';
  return words.includes('unsupported') ? 'unsupported' : 'good';
}

/** Added where the block uses the name and does not declare it. */
const PREAMBLE: readonly { readonly kind: RegExp; readonly name: string; readonly text: string }[] = [
  { kind: /let/, name: 'anycast', text: 'let anycast = 64512:100' },
  { kind: /let/, name: 'bogons', text: 'let bogons = 192.168.0.0/16, 172.16.0.0/12' },
  { kind: /range/, name: 'services', text: 'range services cluster-ip 10.96.0.0/16' },
  { kind: /range/, name: 'public', text: 'range public external-ip 203.0.113.0/24 for shop/*' },
  { kind: /range/, name: 'vips', text: 'range vips load-balancer-ip 198.51.100.0/24' },
  { kind: /filter/, name: 'to-fabric', text: 'filter to-fabric { accept }' },
  { kind: /template/, name: 'fabric', text: 'template fabric { as 64500 }' },
  { kind: /peer/, name: 'tor-a', text: 'peer tor-a { address 192.0.2.1 as 64500 }' },
  { kind: /peer/, name: 'tor-b', text: 'peer tor-b { address 192.0.2.2 as 64500 }' },
];

/** The block as a whole policy. The block stands first, so that places in it stay what the reader sees. */
export function completePolicy(block: string): string {
  // Comments name things, and `exclude services` says the word that a range of the preamble has for a name.
  const text = block.replace(/#.*$/gm, '').replace(/\bexclude\s+services\b/g, '');
  const added = PREAMBLE.filter(({ kind, name }) => uses(text, name) && !declares(text, kind, name));
  const lines = added.map((entry) => entry.text);
  if (!/^\s*speaker\b/m.test(text)) lines.push('speaker { as 64512 loop-protection drop }');
  if (!/^\s*peer\b/m.test(text) && !added.some(({ kind }) => kind.source === 'peer')) {
    lines.push('peer tor-z { address 192.0.2.254 as 64500 }');
  }
  return lines.length === 0 ? block : `${block}\n${lines.join('\n')}\n`;
}

/** Compiles a block, with a file beside it for `include`. To a `whole` block, or a file with a name, nothing is added. */
export function compileBlock({ text, words }: Pick<CodeBlock, 'text' | 'words'>): Compiled {
  const isWhole = words.some((word) => word === 'whole' || word.endsWith('.bell'));
  const policy = isWhole ? text : completePolicy(text);
  const files = { 'edge.bell': policy, 'conf.d/limits.bell': 'exclude prefixes 198.51.100.255\n' };
  return compile(['edge.bell'], createMemoryHost(files));
}

/** What is wrong with a block that should be as promised: each code with its message; empty if nothing is. */
export function brokenPromise(block: Pick<CodeBlock, 'text' | 'words'>): readonly string[] {
  const promised = promiseOf(block.words);
  const all = compileBlock(block).diagnostics;
  const found =
    promised === 'bad' ? all : all.filter(({ severity, code }) => severity !== 'hint' && code !== 'unused-name');
  const isBroken = {
    good: found.length > 0,
    bad: found.length === 0,
    unsupported: found.length === 0 || found.some(({ code }) => code !== 'not-yet-supported'),
  }[promised];
  if (!isBroken) return [];
  return [`promised ${promised}`, ...found.map(({ code, message }) => `${code}: ${message}`)];
}

function uses(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text.replace(/"[^"]*"/g, ''));
}

function declares(text: string, kind: RegExp, name: string): boolean {
  return new RegExp(`(?<![\\w-])${kind.source}\\s+${name}(?![\\w-])`).test(text);
}
