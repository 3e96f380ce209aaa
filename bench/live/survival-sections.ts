// How well: disturbances, changes without a meaning, and what it all takes, as tables.

import type { Section } from '../report.ts';
import { renderNumber } from '../statistics.ts';
import type { LiveResult } from './measure-size.ts';
import type { OfBoth } from './processes.ts';

const FIRST_CHANGE_AIM_MS = 2_000;
const MEMORY_AIM_MIB = 100;
/** The aim for memory is for clusters up to this size. */
const LARGEST_WITH_AIM = 5_000;

/** Restarts and outages. */
export function disturbanceSection(results: readonly LiveResult[]): Section {
  const all = results.flatMap(({ services, disturbances }) => disturbances.map((each) => ({ services, ...each })));
  return {
    title: 'Live API: restarts and outages',
    about:
      'What the peer, which keeps routes through a graceful restart, sees meanwhile: routes missing at worst, UPDATEs that ' +
      'nobody asked for, sessions lost. Back: from the start of the process, of the agent or of the API server, to its ' +
      'being at work. First change: a PATCH sent right then, to its UPDATE. Upgrade: the executable is replaced by another ' +
      'copy, then SIGTERM and start. Times in ms.',
    columns: ['services', 'what', 'routes missing', 'UPDATEs', 'sessions lost', 'back', 'first change'],
    rows: all.map(({ services, what, missing, updates, sessionsLost, backAfter, firstChange }) => [
      String(services),
      what,
      ...[missing, updates, sessionsLost].map(String),
      ...[backAfter, firstChange].map(renderNumber),
    ]),
    aims: results.flatMap(({ services, disturbances }) => {
      const quiet = disturbances.filter(({ missing, updates }) => missing === 0 && updates === 0);
      const slowest = Math.max(...disturbances.map(({ firstChange }) => firstChange));
      return [
        {
          text: `no route missing and no UPDATE at ${services} services: ${quiet.length} of ${disturbances.length} disturbances`,
          met: quiet.length === disturbances.length,
        },
        {
          text: `first change after an outage or a restart in under ${FIRST_CHANGE_AIM_MS / 1_000} s at ${services} services: ${renderNumber(slowest)} ms`,
          met: slowest < FIRST_CHANGE_AIM_MS,
        },
      ];
    }),
  };
}

/** Changes that decide nothing. */
export function irrelevantSection(results: readonly LiveResult[]): Section {
  const kinds = results[0]?.irrelevant.map(({ what }) => what) ?? [];
  const total = results.flatMap(({ irrelevant }) => irrelevant).reduce((sum, { updates }) => sum + updates, 0);
  return {
    title: 'Live API: changes that decide nothing',
    about: 'UPDATEs during ten changes of each kind.',
    columns: ['what', ...results.map(({ services }) => `${services} services`)],
    rows: kinds.map((kind) => [
      kind,
      ...results.map(({ irrelevant }) => String(irrelevant.find(({ what }) => what === kind)?.updates)),
    ]),
    aims: [{ text: `no UPDATE: ${total}`, met: total === 0 }],
  };
}

/** Memory, processor time and bytes. */
export function footprintSection(results: readonly LiveResult[]): Section {
  const sum = ({ agent, bird }: OfBoth): number => agent + bird;
  const rows: readonly (readonly [string, (result: LiveResult) => string])[] = [
    ['steady RSS, agent (MiB)', ({ footprint }) => footprint.steady.agent.toFixed(1)],
    ['steady RSS, BIRD (MiB)', ({ footprint }) => footprint.steady.bird.toFixed(1)],
    ['steady RSS, both (MiB)', ({ footprint }) => sum(footprint.steady).toFixed(1)],
    ['peak RSS, agent (MiB)', ({ peak }) => peak.agent.toFixed(1)],
    ['peak RSS, BIRD (MiB)', ({ peak }) => peak.bird.toFixed(1)],
    ['CPU per change, agent (ms)', ({ changes }) => renderNumber(changes.agentMs)],
    ['CPU per change, BIRD (ms)', ({ changes }) => renderNumber(changes.birdMs)],
    ['initial lists (kB)', ({ footprint }) => renderNumber(footprint.initialBytes / 1_000)],
    ['the same, everything asked for (kB)', ({ footprint }) => renderNumber(footprint.everythingBytes / 1_000)],
    ['per change (kB)', ({ footprint }) => renderNumber(footprint.bytesPerChange / 1_000)],
    ['sent while nothing happens (bytes)', ({ footprint }) => String(footprint.idleBytes)],
  ];
  return {
    title: 'Live API: footprint',
    about:
      'Steady: 15 s after all routes were announced; nothing was changed until then, and what the agent sent meanwhile is in ' +
      'the last row (a request takes a few hundred bytes; watches are renewed every five to ten minutes). Peak: after ' +
      'start, changes and bursts. CPU: user and system time. Bytes: as a TCP relay counts them, so with compression, HTTP ' +
      'and TLS; everything: the bodies of plain lists of Nodes, Services and EndpointSlices.',
    columns: ['what', ...results.map(({ services }) => `${services} services`)],
    rows: rows.map(([what, read]) => [what, ...results.map(read)]),
    aims: results
      .filter(({ services }) => services <= LARGEST_WITH_AIM)
      .map(({ services, footprint }) => ({
        text: `steady RSS of agent and BIRD under ${MEMORY_AIM_MIB} MiB at ${services} services: ${sum(footprint.steady).toFixed(1)} MiB`,
        met: sum(footprint.steady) < MEMORY_AIM_MIB,
      })),
  };
}
