// The rules that send forwarded packets through the tables of `loop-protection`, made with the program `ip`: neither
// BIRD nor Node.js can. For each length of an aggregate, the longest first, two rules for packets that come from outside:
// the main table has the word if its route is as long or longer, then the blackholes of that length. Rules are ours if
// both their place and their mark are; they outlive the agent, and the next one leaves them as they are.

import { execFile } from 'node:child_process';
import type { LoopTable } from '../bgp/index.ts';
import type { Clock, Timer } from '../clock.ts';
import { messageOf } from '../unknown.ts';

/** One rule of the kernel. */
export interface LoopRule {
  readonly family: 'ipv4' | 'ipv6';
  readonly priority: number;
  /** `main`, or the number of a table. */
  readonly table: string;
  /** Routes of the table with at most so many bits do not count. */
  readonly suppress: number | undefined;
}

/** Keeps the rules of this machine as they should be. */
export interface LoopRules {
  /** Makes exactly the rules that these tables need, and keeps them. */
  want(tables: readonly LoopTable[]): void;
  /** Takes all of them away and makes no more; resolves with why some stay. */
  remove(): Promise<string | undefined>;
  /** Leaves them as they are. */
  stop(): void;
}

/** What keeping rules takes. */
export interface LoopRulesOptions {
  readonly clock: Clock;
  readonly runIp: RunIp;
  /** Called after each look with what is wrong; undefined if nothing is. */
  readonly onLook: (failure: string | undefined) => void;
}

/** Runs `ip` with arguments and a text on its standard input; resolves with what it prints, rejects with what is wrong. */
export type RunIp = (args: readonly string[], input: string) => Promise<string>;

/** Before the main table (32766) and what is added without a place (32765 and less); after those of most CNIs. */
const FIRST_PRIORITY = 32_000;
const LONGEST = 128;
/** Who made a rule, for the kernel to keep: the port of BGP. */
const PROTOCOL = '179';
/** Somebody may take rules away, as systemd-networkd does with all it does not know when it starts. */
const LOOK_MS = 10_000;
/** An `ip` that hangs must not keep an agent from ending. */
const LONGEST_RUN_MS = 10_000;

const FAMILIES = { ipv4: '-4', ipv6: '-6' } as const;

/** Starts with nothing wanted, and looks at nothing before the first call. */
export function createLoopRules(options: LoopRulesOptions): LoopRules {
  const { clock, onLook, runIp } = options;
  let wanted: readonly LoopRule[] = [];
  let known: string | undefined;
  let timer: Timer | undefined;
  let isOver = false;
  let work: Promise<void> = Promise.resolve();
  const look = () => {
    timer?.cancel();
    work = work.then(async () => {
      if (isOver) return;
      onLook(await synchronise(wanted, runIp));
      if (wanted.length > 0 && !isOver) timer = clock.after(LOOK_MS, look);
    });
  };
  return {
    want: (tables) => {
      wanted = rulesFor(tables);
      const text = JSON.stringify(wanted);
      if (isOver || text === known) return;
      known = text;
      look();
    },
    remove: async () => {
      isOver = true;
      timer?.cancel();
      await work;
      return await synchronise([], runIp);
    },
    stop: () => {
      isOver = true;
      timer?.cancel();
    },
  };
}

/** Takes away the rules of an agent that is gone; resolves with why some stay. */
export function removeLoopRules(runIp: RunIp = runSystemIp): Promise<string | undefined> {
  return synchronise([], runIp);
}

/** For the user: what they lead to is gone with BIRD, so that those that stay do nothing. */
export function renderRulesLeft(failure: string): string {
  return `the rules of \`loop-protection\` stay, and do nothing: ${failure}`;
}

/** The rules that tables need. */
export function rulesFor(tables: readonly LoopTable[]): readonly LoopRule[] {
  return tables.flatMap(({ family, length, table }) => {
    const priority = FIRST_PRIORITY + 2 * (LONGEST - length);
    return [
      { family, priority, table: 'main', suppress: length - 1 },
      { family, priority: priority + 1, table: String(table), suppress: undefined },
    ];
  });
}

/** Our rules in what `ip -j rule show` prints. */
export function parseRules(text: string, family: LoopRule['family']): readonly LoopRule[] {
  const entries: unknown = JSON.parse(text.trim() === '' ? '[]' : text);
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const fields: Readonly<Record<string, unknown>> = { ...entry };
    const { priority, table, suppress_prefixlen: suppress } = fields;
    if (typeof priority !== 'number' || String(fields.protocol) !== PROTOCOL) return [];
    if (priority < FIRST_PRIORITY || priority > FIRST_PRIORITY + 2 * LONGEST + 1) return [];
    return [{ family, priority, table: String(table), suppress: typeof suppress === 'number' ? suppress : undefined }];
  });
}

/** Makes the kernel's rules these; returns why that is not possible. */
async function synchronise(wanted: readonly LoopRule[], runIp: RunIp): Promise<string | undefined> {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const own = wanted.filter((rule) => rule.family === family);
    let found: readonly LoopRule[] = [];
    try {
      found = parseRules(await runIp([FAMILIES[family], '-j', 'rule', 'show'], ''), family);
    } catch (error) {
      // A machine without the program, or without the family, has no rules of ours to take away either.
      if (own.length > 0) return messageOf(error);
    }
    // The rule before the blackholes comes first and goes last: it lets pass what is none of theirs.
    const lines = [...without(own, found).map(addition), ...without(found, own).map(removal).reverse()];
    if (lines.length === 0) continue;
    try {
      await runIp([FAMILIES[family], '-batch', '-'], `${lines.join('\n')}\n`);
    } catch (error) {
      return messageOf(error);
    }
  }
  return undefined;
}

function without(rules: readonly LoopRule[], others: readonly LoopRule[]): readonly LoopRule[] {
  const texts = new Set(others.map(selector));
  return rules.filter((rule) => !texts.has(selector(rule)));
}

function addition(rule: LoopRule): string {
  return `rule add ${selector(rule)}`;
}

function removal(rule: LoopRule): string {
  return `rule del ${selector(rule)}`;
}

/** `iif lo` are packets of the node itself. */
function selector({ priority, table, suppress }: LoopRule): string {
  const limit = suppress === undefined ? '' : ` suppress_prefixlength ${suppress}`;
  return `not iif lo lookup ${table}${limit} priority ${priority} protocol ${PROTOCOL}`;
}

/** The `ip` of this machine, wherever its distribution has it. */
export const runSystemIp: RunIp = (args, input) =>
  new Promise((resolve, reject) => {
    const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
    const child = execFile('ip', args, { env, encoding: 'utf8', timeout: LONGEST_RUN_MS }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new Error('the program `ip` is missing (package iproute2)'));
      else reject(new Error(`\`ip ${args.join(' ')}\` fails: ${stderr.trim().split('\n')[0] || error.message}`));
    });
    // It may have ended before it read anything; the callback says why.
    child.stdin?.on('error', () => undefined).end(input);
  });
