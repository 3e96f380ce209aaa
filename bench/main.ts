// `npm run bench`: runs every measurement, or those named as arguments, and writes docs/benchmarks.md when all ran.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureChangeToUpdate } from './change-to-update.ts';
import { measureEngine } from './engine.ts';
import { measureLanguage } from './language.ts';
import { measureLanguageServer } from './language-server.ts';
import { measureLive } from './live/live.ts';
import { describeCommit, describeLoad, describeMachine } from './machine.ts';
import { measureManifestToUpdate } from './manifest-to-update.ts';
import { measureMemory } from './memory.ts';
import { renderSection, type Section } from './report.ts';
import { measureStartUp } from './start-up.ts';

type Measured = Section | readonly Section[];

const MEASUREMENTS: Readonly<Record<string, () => Measured | Promise<Measured>>> = {
  'change-to-update': measureChangeToUpdate,
  'manifest-to-update': measureManifestToUpdate,
  'start-up': measureStartUp,
  memory: measureMemory,
  live: measureLive,
  engine: measureEngine,
  language: measureLanguage,
  'language-server': measureLanguageServer,
};

const INTRODUCTION = `# Benchmarks

Written by \`npm run bench\`, which builds the executable, measures for about a quarter of an hour and replaces this file.
\`npm run bench engine start-up\` runs only those parts (${Object.keys(MEASUREMENTS).join(', ')}) and prints them.

Medians and percentiles by nearest rank. On a shared or virtual machine expect 30 % of noise from run to run, and more in the
p99: trust ratios taken within one run, and orders of magnitude. All processes share the machine's processors.
`;

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(MEASUREMENTS, name));
if (unknown.length > 0) {
  console.error(`no benchmark \`${unknown.join(' ')}\`; there are ${Object.keys(MEASUREMENTS).join(', ')}`);
  process.exit(2);
}

const started = new Date();
const loadAtStart = describeLoad();
const sections: Section[] = [];
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.error(`measuring ${name} …`);
  const measured = [await measure()].flat();
  sections.push(...measured);
  for (const section of measured) console.log(renderSection(section));
}

if (chosen.length === 0) {
  const facts = [
    `- date: ${started.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- machine: ${describeMachine()}; load before the run ${loadAtStart}`,
    `- commit: ${describeCommit()}; Node ${process.versions.node}`,
  ];
  const folder = join(import.meta.dirname, '../docs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'benchmarks.md'), [INTRODUCTION, ...facts, '', ...sections.map(renderSection)].join('\n'));
  console.error('wrote docs/benchmarks.md');
}
const missed = sections.flatMap(({ aims }) => aims).filter(({ met }) => !met);
for (const { text } of missed) console.error(`missed: ${text}`);
