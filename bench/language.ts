// Checking a large policy: the packed `check`, from start to end, beside `bird -p` on the configuration that the same
// policy becomes; and how long the rules of a large filter take to be compared with each other.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { executable } from '../e2e/lab/agent.ts';
import { birdBinary } from '../e2e/lab/bird-router.ts';
import { type Lab, openLab } from '../e2e/lab/lab.ts';
import { renderBirdConfig } from '../src/bgp/index.ts';
import { analyse } from '../src/dsl/analyse.ts';
import { checkUnreachableRules } from '../src/dsl/checks/unreachable-rules.ts';
import { createMemoryHost } from '../src/dsl/index.ts';
import { createReporter } from '../src/dsl/report.ts';
import { buildDesiredState, createEngine, resolveForNode, snapshotOf } from '../src/engine/index.ts';
import { largeFilter, largePolicy } from './large-policy.ts';
import { checkBenchPolicy } from './policy.ts';
import type { Section } from './report.ts';
import { benchNode, NODE } from './services.ts';
import { median, percentile, renderNumber } from './statistics.ts';

const LINES = 10_000;
const RULES = 1_000;
const ROUNDS = 15;
const WARM_UP = 2;
const AIM_CHECK_MS = 300;
const AIM_RULES_MS = 100;

/** Measures the programs round by round, so that all of them meet the same machine. */
export async function measureLanguage(): Promise<Section> {
  const lab = openLab();
  try {
    const programs = preparePrograms(lab);
    const runs = new Map<string, Run[]>(programs.map(({ name }) => [name, []]));
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      for (const { name, command, args } of programs) {
        const result = await runOnce(command, args);
        if (round >= WARM_UP) runs.get(name)?.push(result);
      }
    }
    return toSection(runs, measureRules());
  } finally {
    lab.close();
  }
}

interface Run {
  readonly elapsed: number;
  /** The largest resident set that was seen, in MB (10^6 bytes). */
  readonly memory: number;
}

interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const CHECK_LARGE = `check, ${LINES.toLocaleString('en')} lines`;

function preparePrograms(lab: Lab): readonly Program[] {
  const [small, large, config] = ['small.bell', 'large.bell', 'bird.conf'].map((name) => join(lab.folder, name));
  if (small === undefined || large === undefined || config === undefined) return [];
  const text = largePolicy(LINES);
  writeFileSync(small, largePolicy(200));
  writeFileSync(large, text);
  writeFileSync(config, birdConfigOf(text));
  return [
    { name: 'check, 200 lines', command: executable(), args: ['check', small] },
    { name: CHECK_LARGE, command: executable(), args: ['check', large] },
    { name: 'bird -p, the same policy', command: birdBinary(), args: ['-p', '-c', config] },
  ];
}

/** What the policy becomes on one node, without routes: filters and sessions. */
function birdConfigOf(text: string): string {
  const { policy } = checkBenchPolicy(text);
  const node = benchNode();
  const engine = createEngine(policy, snapshotOf([node]));
  const desired = buildDesiredState(policy, resolveForNode(policy, node), engine.decisions(NODE));
  if (desired === undefined) throw new Error('the node has no speaker');
  return renderBirdConfig(desired, { secrets: new Map() });
}

function runOnce(command: string, args: readonly string[]): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: 'ignore' });
  let memory = 0;
  const poll = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid));
  }, 5);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(poll);
      if (code === 0) resolve({ elapsed: performance.now() - started, memory });
      else reject(new Error(`\`${args.join(' ')}\` ended with ${code}`));
    });
  });
}

/** The peak so far; 0 once the process has ended. */
function peakOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kilobytes ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Times of comparing the rules of one filter, each on a model of its own; the first is without a warm-up. */
function measureRules(): readonly number[] {
  const host = createMemoryHost({ 'filter.bell': largeFilter(RULES) });
  return Array.from({ length: ROUNDS }, () => {
    const { model } = analyse(['filter.bell'], host);
    const reporter = createReporter();
    const started = performance.now();
    checkUnreachableRules(model, reporter.report, reporter.errors);
    return performance.now() - started;
  });
}

function toSection(runs: ReadonlyMap<string, readonly Run[]>, rules: readonly number[]): Section {
  const times = (name: string): readonly number[] => (runs.get(name) ?? []).map(({ elapsed }) => elapsed);
  const check = median(times(CHECK_LARGE));
  const slowest = Math.max(...rules);
  return {
    title: 'Language',
    about:
      `A policy of about ${LINES.toLocaleString('en')} lines: named prefixes, ranges, service blocks, filters of 100 rules, peers. ` +
      `From starting the process to its end, ${ROUNDS} rounds of all in turn; \`bird -p\` reads the configuration that the policy ` +
      `becomes on one node. Rules: whether any of ${RULES.toLocaleString('en')} rules of one filter is unreachable, in one process. ` +
      'Times in ms, peak resident sets in MB.',
    columns: ['what', 'median', 'p90', 'memory'],
    rows: [
      ...[...runs].map(([name, own]) => [
        name,
        renderNumber(median(times(name))),
        renderNumber(percentile(times(name), 0.9)),
        renderNumber(Math.max(...own.map(({ memory }) => memory))),
      ]),
      [`${RULES.toLocaleString('en')} rules`, renderNumber(median(rules)), renderNumber(percentile(rules, 0.9)), '-'],
    ],
    aims: [
      {
        text: `${LINES.toLocaleString('en')} lines checked in under ${AIM_CHECK_MS} ms with start-up: ${renderNumber(check)} ms`,
        met: check < AIM_CHECK_MS,
      },
      {
        text: `${RULES.toLocaleString('en')} rules compared in under ${AIM_RULES_MS} ms, the first time too: ${renderNumber(slowest)} ms`,
        met: slowest < AIM_RULES_MS,
      },
    ],
  };
}
