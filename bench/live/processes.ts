// What the agent and its BIRD take of the machine, as the kernel counts it.

import { readFileSync } from 'node:fs';
import type { Agent } from '../../e2e/lab/agent.ts';

/** Linux counts processor time for user space in hundredths of a second. */
const TICK_MS = 10;
const MEBIBYTE_KB = 1024;

/** One number for each of the two: MiB, or ms of processor time. */
export interface OfBoth {
  readonly agent: number;
  readonly bird: number;
}

/** Processor time that both have used so far, in ms. */
export function processorTime(agent: Agent): OfBoth {
  return { agent: ticksOf(agent.pid()) * TICK_MS, bird: ticksOf(agent.birdPid()) * TICK_MS };
}

/** Resident now. */
export function residentMemory(agent: Agent): OfBoth {
  return both(agent, 'VmRSS');
}

/** The most that was ever resident. */
export function peakMemory(agent: Agent): OfBoth {
  return both(agent, 'VmHWM');
}

function both(agent: Agent, field: string): OfBoth {
  return { agent: mebibytesOf(agent.pid(), field), bird: mebibytesOf(agent.birdPid(), field) };
}

function mebibytesOf(pid: number, field: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / MEBIBYTE_KB;
}

/** The name of the program, in brackets, may contain anything; utime and stime are 12th and 13th behind it. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
