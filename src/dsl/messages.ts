// The catalogue: everything the language can say, in one place. Codes are API (they stand in JSON, in the editor and in
// tests) and never change. A message is one clause in words of the language; help can be pasted. Parameters are typed,
// so a call that forgets one does not compile.

import type { Severity } from './diagnostic.ts';
import { article, codes, count, list, orList } from './wording.ts';

/** What a message says. */
export interface Text {
  /** One clause, lower case, no full stop. */
  readonly message: string;
  /** What is wrong at the span itself. */
  readonly label: string;
  readonly notes?: readonly string[];
  readonly help?: string | undefined;
}

/** A message of the catalogue with its parameters filled in. */
export interface Message extends Text {
  readonly code: string;
  readonly severity: Severity;
}

function error<P>(code: string, text: (params: P) => Text): (params: P) => Message {
  return (params) => ({ code, severity: 'error', ...text(params) });
}

function warning<P>(code: string, text: (params: P) => Text): (params: P) => Message {
  return (params) => ({ code, severity: 'warning', ...text(params) });
}

type None = Readonly<Record<never, never>>;

/** A setting that a block must have, with an example. */
interface MissingSetting {
  readonly setting: string;
  readonly example: string;
}

const text16 = 'a standard community is two 16-bit numbers';

/** Code → message. */
export const messages = {
  // Text that is no token

  'unknown-character': error('unknown-character', (p: { text: string; after: string | undefined }) => ({
    message: `${showCharacter(p.text)} means nothing here`,
    label: 'not part of the language',
    help: characterHelp(p),
  })),
  'unclosed-string': error('unclosed-string', (_: None) => ({
    message: 'this string is never closed',
    label: 'opened here',
    help: 'add `"` at its end; a string ends on the line it starts on',
  })),
  'single-quotes': error('single-quotes', (p: { meant: string }) => ({
    message: 'a string stands in double quotes',
    label: 'single quotes',
    help: `write \`${p.meant}\``,
  })),
  'foreign-comment': error('foreign-comment', (p: { start: string }) => ({
    message: `\`${p.start}\` does not start a comment`,
    label: 'not a comment here',
    help: p.start === '//' ? 'replace `//` with `#`' : 'start each line of the comment with `#`',
  })),
  'unknown-escape': error('unknown-escape', (p: { escape: string }) => ({
    message: `\`${p.escape}\` is no escape`,
    label: 'not an escape',
    help: 'the escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}`; write `\\\\` for a backslash',
  })),
  'malformed-literal': error(
    'malformed-literal',
    (p: { text: string; reason: string | undefined; help: string | undefined }) => ({
      message: p.reason === undefined ? `\`${p.text}\` is no literal and no name` : `\`${p.text}\`: ${p.reason}`,
      label: 'not understood',
      help: p.help,
    }),
  ),
  'name-needs-quotes': error('name-needs-quotes', (p: { text: string }) => ({
    message: `the name \`${p.text}\` needs quotes`,
    label: 'not an identifier',
    notes: ['an identifier is a letter, then letters, digits, `_` and `-`'],
    help: `write \`"${p.text}"\``,
  })),
  'undecodable-text': error('undecodable-text', (p: { offset: number }) => ({
    message: 'this file is not UTF-8',
    label: 'undecodable from here',
    notes: [`the first byte that cannot be decoded is at offset ${p.offset}`],
    help: 'save the file as UTF-8',
  })),

  // Literals with the right shape and a wrong value

  'host-bits': error('host-bits', (p: { text: string; network: string; single: string }) => ({
    message: `\`${p.text}\` has bits set after its length`,
    label: 'host bits are set',
    help: `write \`${p.network}\` for the whole prefix, or \`${p.single}\` for the one address`,
  })),
  'leading-zero': error('leading-zero', (p: { text: string; meant: string }) => ({
    message: `\`${p.text}\` has a leading zero`,
    label: 'leading zero',
    notes: ['some programs read a number with a leading zero as octal'],
    help: `write \`${p.meant}\``,
  })),
  'length-out-of-range': error('length-out-of-range', (p: { family: string; max: number }) => ({
    message: `${p.family === 'ipv4' ? 'an IPv4' : 'an IPv6'} prefix length is at most ${p.max}`,
    label: `more than ${p.max}`,
    help: `write at most \`/${p.max}\`, which is one address`,
  })),
  'octet-out-of-range': error('octet-out-of-range', (p: { text: string }) => ({
    message: `\`${p.text}\` does not fit into an IPv4 address`,
    label: 'the largest value here is 255',
    help: 'write four numbers from 0 to 255, for example `192.0.2.1`',
  })),
  'zone-id': error('zone-id', (p: { zone: string; meant: string }) => ({
    message: `an address in a policy has no zone \`${p.zone}\``,
    label: 'zone',
    notes: ['a zone names an interface of one machine; a policy is for all nodes'],
    help: `write \`${p.meant}\`; for a link-local peer add \`interface "…"\` after the address`,
  })),
  'mapped-address': error('mapped-address', (p: { text: string; meant: string }) => ({
    message: `\`${p.text}\` is an IPv4 address written as IPv6`,
    label: 'IPv4-mapped address',
    help: `write \`${p.meant}\``,
  })),
  'malformed-address': error('malformed-address', (p: { text: string; reason: string }) => ({
    message: `\`${p.text}\` is no IPv6 address`,
    label: p.reason,
    help: 'write eight groups, or `::` once for a run of zeros, for example `2001:db8::1`',
  })),
  'as-out-of-range': error('as-out-of-range', (p: { text: string; dotted: boolean }) => ({
    message: `\`${p.text}\` is no AS number`,
    label: p.dotted ? 'each half is at most 65535' : 'an AS number is 1 to 4294967295',
    notes: p.text === '0' || p.text === '0.0' ? ['AS 0 is reserved (RFC 7607)'] : [],
  })),
  'community-out-of-range': error(
    'community-out-of-range',
    (p: { text: string; form: 'standard' | 'large' | 'extended'; max: number; high: number; low: number }) => ({
      message: `\`${p.text}\` does not fit ${article(p.form)} ${p.form} community`,
      label: `the largest value here is ${p.max}`,
      notes: communityNotes(p),
      help:
        p.form === 'standard' && p.high <= 0xffff_ffff && p.low <= 0xffff_ffff
          ? `use a large community, for example \`${p.high}:0:${p.low}\``
          : undefined,
    }),
  ),
  'number-out-of-range': error(
    'number-out-of-range',
    (p: { what: string; min: number; max: number; note?: string }) => ({
      message: `${p.what} is ${p.min} to ${p.max}`,
      label: `not from ${p.min} to ${p.max}`,
      notes: p.note === undefined ? [] : [p.note],
    }),
  ),
  'duration-out-of-range': error('duration-out-of-range', (p: { what: string; range: string; note?: string }) => ({
    message: `this ${p.what} is out of range`,
    label: `not ${p.range}`,
    notes: p.note === undefined ? [] : [p.note],
  })),

  // Syntax

  'syntax-error': error(
    'syntax-error',
    (p: { expected: readonly string[]; found: string; help?: string | undefined; notes?: readonly string[] }) => ({
      message: `expected ${orList(p.expected)}, found ${p.found}`,
      label: p.expected.length === 1 ? `expected ${p.expected[0]}` : 'not expected here',
      notes: p.notes ?? [],
      help: p.help,
    }),
  ),
  'unknown-statement': error('unknown-statement', (p: UnknownItem) => ({
    message: `no statement starts with ${p.text}`,
    label: 'not a statement',
    notes: hasAdvice(p) ? [] : [`statements are ${list(codes(p.known))}`],
    help: helpForItem(p),
  })),
  'unknown-setting': error('unknown-setting', (p: UnknownItem & { block: string; item: string }) => ({
    message: `${p.block} has no ${p.item} ${p.text}`,
    label: 'not known here',
    notes: hasAdvice(p) ? [] : [`known here: ${list(codes(p.known))}`],
    help: helpForItem(p),
  })),
  'missing-value': error('missing-value', (p: { setting: string }) => ({
    message: `\`${p.setting}\` has no value`,
    label: 'a value is missing behind it',
    help: 'write its value, or remove it',
  })),
  'unclosed-block': error('unclosed-block', (p: { what: string; line: number | undefined }) => ({
    message: `this ${p.what} block is never closed`,
    label: 'opened here',
    help:
      p.line === undefined ? 'add `}` at the end of the file' : `add \`}\` on a line of its own before line ${p.line}`,
  })),
  'stray-brace': error('stray-brace', (_: None) => ({
    message: 'this `}` closes nothing',
    label: 'no open block',
    help: 'remove it',
  })),
  'trailing-comma': error('trailing-comma', (p: { next: string | undefined }) => ({
    message:
      p.next === undefined
        ? 'this list ends with a comma'
        : `this list goes on with ${p.next}, which starts something else`,
    label: 'a list goes on after a comma',
    notes: ['a comma may end a list only inside parentheses'],
    help: 'remove the comma',
  })),
  'missing-comma': error('missing-comma', (_: None) => ({
    message: 'a comma is missing between the values of this list',
    label: 'a second value without a comma',
    help: 'put `,` before it',
  })),
  'list-needs-parentheses': error('list-needs-parentheses', (p: { meant: string }) => ({
    message: 'a list inside a filter rule stands in parentheses',
    label: 'a list without parentheses',
    help: `write \`${p.meant}\``,
  })),
  'missing-space': error('missing-space', (p: { text: string; meant: string }) => ({
    message: `\`${p.text}\` reads as a service path`,
    label: 'a path, not a block length',
    help: `put a space before the length: \`${p.meant}\``,
  })),
  'nesting-too-deep': error('nesting-too-deep', (p: { what: string; max: number; help?: string }) => ({
    message: `${p.what} nest more than ${p.max} deep`,
    label: 'too deep',
    help: p.help ?? 'split the condition into several rules',
  })),

  // Files

  'unreadable-file': error('unreadable-file', (p: { path: string; message: string }) => ({
    message: `cannot read \`${p.path}\`: ${p.message}`,
    label: 'named here',
  })),
  'include-cycle': error('include-cycle', (p: { chain: readonly string[] }) => ({
    message: `\`${p.chain.at(-1)}\` includes itself`,
    label: 'closes the circle',
    notes: [p.chain.join(' includes ')],
    help: 'remove one of the includes',
  })),
  'include-matches-nothing': warning('include-matches-nothing', (p: { pattern: string }) => ({
    message: `no file matches \`${p.pattern}\``,
    label: 'includes nothing',
    notes: ['a path is relative to the file that names it'],
  })),
  'empty-policy': error('empty-policy', (p: { path: string; directory: boolean }) => ({
    message: p.directory ? `there is no \`*.bell\` file in \`${p.path}\`` : 'no policy file is given',
    label: 'no policy',
    help: 'name a policy file, or a directory that holds one',
  })),
  'no-speaker': error('no-speaker', (_: None) => ({
    message: 'the policy has no `speaker`',
    label: 'no `speaker` up to here',
    notes: ['a policy without one is refused, so that an emptied directory never withdraws'],
    help: 'add `speaker { as 64512 }` with your AS number',
  })),

  // Names

  'reserved-name': error('reserved-name', (p: { name: string }) => ({
    message: `\`${p.name}\` is reserved`,
    label: 'reserved word',
    notes: ['it has a fixed meaning where a name is used'],
    help: `use another name, for example \`my-${p.name}\``,
  })),
  'duplicate-name': error('duplicate-name', (p: { what: string; name: string }) => ({
    message: `the name \`${p.name}\` is already taken by another ${p.what}`,
    label: 'declared again here',
    help: 'give one of them another name',
  })),
  'duplicate-setting': error('duplicate-setting', (p: { setting: string; block: string }) => ({
    message: `\`${p.setting}\` stands twice in this ${p.block}`,
    label: 'set again here',
    help: 'remove one of the two',
  })),
  'same-neighbour': error('same-neighbour', (p: { peer: string; other: string }) => ({
    message: `\`${p.peer}\` is the same neighbour as \`${p.other}\``,
    label: 'the same neighbour',
    notes: ['BIRD would give its connection to one of the two, and the session of the other would never open'],
    help: 'merge the two, or give them `nodes` that differ',
  })),
  'duplicate-speaker': error('duplicate-speaker', (_: None) => ({
    message: 'a policy has one `speaker`',
    label: 'second speaker',
    help: 'merge the two blocks',
  })),
  'unknown-filter': unknownName('unknown-filter', 'filter'),
  'unknown-range': unknownName('unknown-range', 'range'),
  'unknown-peer': unknownName('unknown-peer', 'peer or template'),
  'unknown-template': unknownName('unknown-template', 'template'),
  'unknown-value': unknownName('unknown-value', 'value'),
  'let-cycle': error('let-cycle', (p: { name: string }) => ({
    message: `the value of \`${p.name}\` depends on itself`,
    label: 'used in its own value',
    help: 'write the value itself in the place of the name',
  })),
  'mixed-types': error('mixed-types', (p: { first: string; second: string }) => ({
    message: `a \`let\` has values of one type`,
    label: `${article(p.second)} ${p.second}`,
    notes: [`the first value is ${article(p.first)} ${p.first}`],
    help: 'split it into two `let` statements',
  })),
  'wrong-type': error('wrong-type', (p: { expected: string; name: string; found: string }) => ({
    message: `expected ${article(p.expected)} ${p.expected}, but \`${p.name}\` is ${article(p.found)} ${p.found}`,
    label: `not ${article(p.expected)} ${p.expected}`,
    help: `write ${article(p.expected)} ${p.expected}, or the name of one`,
  })),
  'expected-one-value': error(
    'expected-one-value',
    (p: { name: string; count: number; help?: string | undefined }) => ({
      message: `one value is expected, but \`${p.name}\` has ${p.count}`,
      label: 'more than one value',
      help: p.help,
    }),
  ),
  'template-of-template': error('template-of-template', (p: { name: string }) => ({
    message: `\`${p.name}\` is a peer, not a template`,
    label: 'not a template',
    help: 'put the shared settings into a `template`',
  })),

  // Peers and speaker

  'missing-setting': error('missing-setting', (p: { block: string; missing: readonly MissingSetting[] }) => {
    const names = orList(codes(p.missing.map(({ setting }) => setting)));
    return {
      message: `${p.block} has no ${names}`,
      label: p.missing.length === 1 ? `${names} is required` : 'both are required',
      help: `add \`${p.missing.map(({ example }) => example).join('  ')}\``,
    };
  }),
  'family-mismatch': error('family-mismatch', (p: { message: string; label: string; help: string }) => p),
  'unusable-address': error('unusable-address', (p: { text: string; why: string; help: string | undefined }) => ({
    message: `\`${p.text}\` is the address of no machine`,
    label: p.why,
    help: p.help ?? 'write the address of a machine, for example `192.0.2.1`',
  })),
  'malformed-url': error('malformed-url', (p: { text: string }) => ({
    message: `\`${p.text}\` is no HTTP address`,
    label: 'not `http://…` or `https://…`',
    notes: p.text.includes('@') ? ['a password never stands in a policy'] : [],
    help: 'write for example `wait-for http "http://127.0.0.1:10256/healthz"`',
  })),
  'keepalive-too-long': error('keepalive-too-long', (p: { keepalive: string; hold: string; third: string }) => ({
    message: `a keepalive of ${p.keepalive} does not fit a hold time of ${p.hold}`,
    label: 'not shorter than the hold time',
    notes: ['the session would end before the next keepalive; a third of the hold time is usual (RFC 4271)'],
    help: `write \`keepalive ${p.third}\``,
  })),

  'needs-setting': error(
    'needs-setting',
    (p: { setting: string; needs: string; help: string; notes?: readonly string[] }) => ({
      message: `${p.setting} needs ${p.needs}`,
      label: `of no use without ${p.needs}`,
      notes: p.notes ?? [],
      help: p.help,
    }),
  ),
  'conflicting-settings': error('conflicting-settings', (p: { message: string; label: string; help: string }) => ({
    message: p.message,
    label: p.label,
    help: p.help,
  })),

  // Ranges

  'except-outside': error('except-outside', (p: { prefix: string; range: string }) => ({
    message: `\`${p.prefix}\` is not inside the range \`${p.range}\``,
    label: 'outside the range',
    help: 'remove it, or use `exclude prefixes` for every range',
  })),
  'block-length': error('block-length', (p: { message: string; help?: string | undefined; label: string }) => p),
  'too-many-blocks': error('too-many-blocks', (p: { count: string; max: number }) => ({
    message: `this makes ${p.count} blocks`,
    label: `at most ${p.max} without \`when used\``,
    help: 'add `when used`, or choose a shorter length',
  })),
  'default-route-aggregate': error('default-route-aggregate', (p: { prefix: string }) => ({
    message: `\`${p.prefix}\` cannot be an aggregate`,
    label: 'would be a default route',
    help: 'write `exact`, or a narrower prefix',
  })),
  'overlapping-ranges': warning(
    'overlapping-ranges',
    (p: { inner: string; outer: string; range: string; kind: string }) => ({
      message: `\`${p.inner}\` overlaps the range \`${p.range}\``,
      label: p.inner === p.outer ? 'the same prefix' : `inside \`${p.outer}\``,
      notes: [
        `for addresses in both ${p.kind} ranges the ${p.inner === p.outer ? 'first' : 'longest prefix'} decides mode and attributes`,
      ],
      help: `${p.inner === p.outer ? '' : `add \`except ${p.inner}\` to \`${p.range}\`, or `}merge the two`,
    }),
  ),
  'external-ip-for-anyone': hint('external-ip-for-anyone', (p: { range: string }) => ({
    message: `any service may claim an external IP of \`${p.range}\``,
    label: 'no `for`',
    help: 'add `for NAMESPACE/*` to say whose services may use it',
  })),

  // Conditions

  'unknown-field': error('unknown-field', (p: { field: string; subject: string; fields: readonly string[] }) => ({
    message: `${article(p.subject)} ${p.subject} has no \`${p.field}\``,
    label: `not a term for ${article(p.subject)} ${p.subject}`,
    notes: [`terms for ${article(p.subject)} ${p.subject} are ${list(codes(p.fields))}`],
  })),
  'needs-comparison': error('needs-comparison', (p: { field: string; example: string }) => ({
    message: `\`${p.field}\` alone is no condition`,
    label: 'compare it with something',
    help: `write for example \`${p.example}\``,
  })),
  'flag-compared': error('flag-compared', (p: { field: string }) => ({
    message: `\`${p.field}\` is a condition by itself`,
    label: 'cannot be compared',
    help: `write \`${p.field}\` or \`not ${p.field}\``,
  })),
  'order-needs-numbers': error('order-needs-numbers', (p: { field: string; operator: string }) => ({
    message: `\`${p.operator}\` compares numbers, and \`${p.field}\` is none`,
    label: 'not a number',
    help: 'use `==`, `!=` or `in (…)`',
  })),
  'type-mismatch': error(
    'type-mismatch',
    (p: { field: string; type: string; found: string; help?: string | undefined }) => ({
      message: `\`${p.field}\` is compared with ${p.type}, not with ${p.found}`,
      label: `expected ${p.type}`,
      help: p.help,
    }),
  ),
  'unknown-word': error(
    'unknown-word',
    (p: { field: string; text: string; words: readonly string[]; near: string | undefined }) => ({
      message: `\`${p.field}\` is never \`${p.text}\``,
      label: 'not one of its values',
      notes: [`\`${p.field}\` is ${orList(codes(p.words))}`],
      help: p.near === undefined ? undefined : `replace it with \`${p.near}\``,
    }),
  ),
  'literal-star': warning('literal-star', (p: { text: string; meant: string }) => ({
    message: `nothing is called \`${p.text}\``,
    label: 'a `*` is no wildcard here',
    notes: ['names and labels have no `*`, and only `matches` takes it for any characters'],
    help: `write \`${p.meant}\``,
  })),
  'impossible-key': warning('impossible-key', (p: { field: string; key: string; meant: string | undefined }) => ({
    message: `no object has ${article(p.field)} ${p.field} with the key \`${p.key}\``,
    label: 'not a key of Kubernetes',
    notes: ['a key is letters, digits, `-`, `_` and `.`, behind `example.org/` if it has a prefix'],
    help: p.meant === undefined ? undefined : `write \`${p.meant}\``,
  })),
  'matches-needs-string': error('matches-needs-string', (p: { field: string }) => ({
    message: `\`matches\` is for text, and \`${p.field}\` is none`,
    label: 'not text',
    help: 'use `==` or `in (…)`',
  })),

  // Tests

  'empty-test': warning('empty-test', (p: { name: string }) => ({
    message: `the test ${JSON.stringify(p.name)} expects nothing`,
    label: 'no `expect` in it',
    help: 'add for example `expect every node withholds prefix in 10.0.0.0/8`',
  })),

  // Sense

  'not-yet-supported': error('not-yet-supported', (p: { what: string; instead: string }) => ({
    message: `${p.what} is not supported yet`,
    label: 'nothing carries this out yet',
    help: p.instead,
  })),
  'unused-name': warning('unused-name', (p: { what: string; name: string }) => ({
    message: `nothing uses the ${p.what} \`${p.name}\``,
    label: 'never used',
    help: 'use it, or remove it',
  })),
  'no-peer': warning('no-peer', (_: None) => ({
    message: 'the policy has no `peer`, so nothing is advertised to anyone',
    label: 'nobody to tell',
    help: 'add for example `peer tor-a { address 192.0.2.1 as 64500 }`',
  })),
  'empty-range': warning('empty-range', (p: { prefix: string; range: string }) => ({
    message: `exclusions leave nothing of \`${p.prefix}\``,
    label: `no address of it is in \`${p.range}\``,
    help: 'remove it, or what excludes it',
  })),
  'to-nobody': warning('to-nobody', (p: { name: string; why: 'no-peer' | 'no-node' }) => ({
    message:
      p.why === 'no-peer'
        ? `the template \`${p.name}\` has no peer, so this \`to\` reaches nobody`
        : `\`${p.name}\` runs on none of the nodes that originate the routes`,
    label: 'offered to nobody',
    help:
      p.why === 'no-peer'
        ? `add a peer, for example \`peer tor-a from ${p.name} { … }\``
        : 'change one of the two conditions',
  })),
  'unexported-range': warning('unexported-range', (p: { range: string; peers: number }) => ({
    message: `no peer may export the range \`${p.range}\``,
    label: 'never leaves',
    notes: [p.peers === 1 ? 'the `export` of the only peer rejects it' : 'the `export` of every peer rejects it'],
    help: `add \`accept if range == ${p.range}\` to a filter, or remove the range`,
  })),
  'unreachable-rule': warning('unreachable-rule', (p: { line: number; earlier: number; more: number }) => ({
    message: 'this rule can never decide anything',
    label: 'not reached',
    notes:
      p.more === 0 ? [] : [`${count(p.more, 'more rule')} before it ${p.more === 1 ? 'takes' : 'take'} part in that`],
    help:
      p.line === p.earlier
        ? 'move it before the other one, or delete it'
        : `move line ${p.line} above line ${p.earlier}, or delete it`,
  })),
  'never-true': warning('never-true', (p: { subject: string }) => ({
    message: 'this condition is never true',
    label: `no ${p.subject} is all of this`,
    notes: ['everything that `and` joins has to hold at once'],
    help: 'use `or`, or remove what contradicts the rest',
  })),
  'cordon-withdraws': warning('cordon-withdraws', (p: { use: string }) => ({
    message: '`kubectl cordon` and `kubectl drain` would withdraw routes with this condition',
    label: p.use,
    notes: ['a cordoned node takes no new pods, and goes on serving those that it has'],
    help: 'ask for a label that you set on the node, or remove the condition',
  })),
  'no-transit': warning('no-transit', (p: { filter: string }) => ({
    message: `the filter \`${p.filter}\` never sees a route of another peer`,
    label: 'never true',
    notes: [
      'routes of other peers are offered to peers with `transit` only, and no peer that exports through it has that',
    ],
    help: `remove the condition, or add \`transit\` to a peer with \`export ${p.filter}\``,
  })),
  'looping-aggregate': warning('looping-aggregate', (p: { range: string }) => ({
    message: `packets for addresses of \`${p.range}\` that no service took go in circles`,
    label: 'attracts them all',
    notes: ['the node sends them back to the router, and the router here again, until their TTL ends'],
    help: 'add `loop-protection drop` to the `speaker` (needs `CAP_NET_ADMIN`), or write `exact`',
  })),
  'prepend-inside': warning('prepend-inside', (p: { peer: string }) => ({
    message: `the internal peer \`${p.peer}\` drops routes with this \`prepend\``,
    label: 'puts the own AS number into the path',
    notes: ['a router takes a path that has its own AS number for a loop'],
    help: 'prepend in a rule with `if peer-type == ebgp`, or use `local-pref` for internal peers',
  })),
  'local-pref-outside': warning('local-pref-outside', (p: { peer: string | undefined }) => ({
    message:
      p.peer === undefined
        ? 'no peer of this policy is sent a local preference'
        : `the external peer \`${p.peer}\` is never sent a local preference`,
    label: 'never holds',
    notes: ['BGP carries `local-pref` within one AS only'],
    help: 'remove it, or expect `med`, `community` or `prepend`',
  })),
  'local-cannot-be': warning('local-cannot-be', (p: { type: string }) => ({
    message: `\`traffic-policy\` is never \`local\` for a service of type ${p.type}`,
    label: 'never true together',
    notes: ['externalTrafficPolicy is a field of NodePort and LoadBalancer services'],
  })),
} as const;

function hint<P>(code: string, text: (params: P) => Text): (params: P) => Message {
  return (params) => ({ code, severity: 'hint', ...text(params) });
}

/** A word that starts nothing where it stands. */
interface UnknownItem {
  readonly text: string;
  readonly near: string | undefined;
  readonly known: readonly string[];
  /** The block it could stand in. */
  readonly belongs?: string | undefined;
  /** A whole setting of which it is a part. */
  readonly example?: string | undefined;
  /** What to do, where one word is not enough. */
  readonly advice?: string | undefined;
}

function hasAdvice({ near, belongs, example, advice }: UnknownItem): boolean {
  return [near, belongs, example, advice].some((each) => each !== undefined);
}

function helpForItem(p: UnknownItem): string | undefined {
  if (p.advice !== undefined) return p.advice;
  if (p.near !== undefined) return `replace it with \`${p.near}\``;
  if (p.example !== undefined)
    return `it is a part of \`${p.example.split(' ', 1)[0]}\`: write for example \`${p.example}\``;
  if (p.belongs === undefined) return undefined;
  return p.belongs === 'a policy'
    ? `${p.text} starts a statement: write it outside`
    : `${p.text} belongs in ${p.belongs}`;
}

/** `there is no filter` and the nearest one. */
function unknownName(code: string, what: string) {
  return error(code, (p: { name: string; near: string | undefined; known: readonly string[]; help?: string }) => ({
    message: `there is no ${what} \`${p.name}\``,
    label: 'not defined',
    notes: p.near !== undefined || p.known.length === 0 ? [] : [`known here: ${list(codes(p.known))}`],
    help: p.help ?? (p.near === undefined ? undefined : `replace it with \`${p.near}\``),
  }));
}

function communityNotes(p: { form: string; high: number }): readonly string[] {
  if (p.form === 'large') return ['a large community is three 32-bit numbers'];
  if (p.form === 'extended') return ['a 32-bit first number leaves 16 bits for the second (RFC 5668)'];
  return p.high > 0xffff && p.high <= 0xffff_ffff ? [`${text16}; ${p.high} is a 32-bit AS number`] : [text16];
}

function showCharacter(text: string): string {
  const code = text.codePointAt(0) ?? 0;
  if (code > 0x20 && code !== 0x7f && code !== 0xa0 && code !== 0xfeff) return `\`${text}\``;
  return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function characterHelp({ text, after }: { text: string; after: string | undefined }): string | undefined {
  if (text === '[' && after === 'address') return 'an address stands without brackets, and its port behind `port`';
  if (/^(?:label|annotation|taint)$/.test(after ?? '') && text === '[') return `write \`${after} "key"\``;
  const habits: Readonly<Record<string, string>> = {
    ';': 'remove it; statements and settings need no terminator',
    "'": 'strings stand in double quotes: `"…"`',
    '&&': 'write `and`',
    '&': 'write `and`',
    '||': 'write `or`',
    '|': 'write `or`',
    '!': 'write `not`',
    '[': 'lists stand in parentheses, or bare with commas',
    ']': 'lists stand in parentheses, or bare with commas',
    $: 'a policy has no variables: give a value a name with `let`',
    '~': 'write `prefix in P` for prefixes, `matches "…"` for text',
    '+': 'leave it out: `prefix in P` is P itself and everything inside it',
    '“': 'strings stand in straight double quotes: `"…"`',
    '”': 'strings stand in straight double quotes: `"…"`',
  };
  return (
    habits[text] ?? ((text.codePointAt(0) ?? 0) > 0x7f ? 'outside strings and comments a policy is ASCII' : undefined)
  );
}
