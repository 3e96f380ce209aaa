// `npm run fuzz -- [seconds]`: the properties of the language with ever new random texts, in turn, for a minute or as
// long as told. A failure is printed with the seed and the smallest text that shows it.

import fc from 'fast-check';
import { LANGUAGE_PROPERTIES } from './language-properties.ts';

const DEFAULT_SECONDS = 60;
const RUNS_PER_TURN = 50;

const seconds = Number(process.argv[2] ?? DEFAULT_SECONDS);
if (!(seconds > 0)) {
  process.stderr.write(`not a number of seconds: ${process.argv[2]}\n`);
  process.exit(2);
}
const end = performance.now() + seconds * 1000;
const runs = new Map<string, number>();
const slowest = new Map<string, number>();
let failed = false;
while (performance.now() < end && !failed) {
  for (const [sentence, property] of Object.entries(LANGUAGE_PROPERTIES)) {
    const started = performance.now();
    const result = await fc.check(property, { numRuns: RUNS_PER_TURN });
    runs.set(sentence, (runs.get(sentence) ?? 0) + result.numRuns);
    slowest.set(sentence, Math.max(slowest.get(sentence) ?? 0, (performance.now() - started) / result.numRuns));
    if (!result.failed) continue;
    process.stderr.write(`${sentence}: does not hold\n${await fc.asyncDefaultReportMessage(result)}\n`);
    failed = true;
    break;
  }
}
for (const [sentence, count] of runs) {
  const time = `at most ${slowest.get(sentence)?.toFixed(1)} ms each`;
  process.stdout.write(`${String(count).padStart(7)} × ${sentence} (${time})\n`);
}
process.exitCode = failed ? 1 : 0;
