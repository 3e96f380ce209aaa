// The packed executable on a live API, from a PATCH to the UPDATE at its peer, and through everything that can go wrong
// between them.

import type { Section } from '../report.ts';
import { burstSection, changeSection, startSection } from './latency-sections.ts';
import { type LiveResult, measureLiveSize } from './measure-size.ts';
import { disturbanceSection, footprintSection, irrelevantSection } from './survival-sections.ts';

const SIZES = [100, 1_000, 5_000];
const LONG_OUTAGE_S = 30;
const SHORT_OUTAGE_S = 5;

/**
 * Measures every size. BELLBIRD_BENCH_SERVICES names others (`10000`, `100,1000`), BELLBIRD_BENCH_OUTAGE_S another length
 * of the outage, which is short for all sizes but the last to save time.
 */
export async function measureLive(): Promise<readonly Section[]> {
  const { BELLBIRD_BENCH_SERVICES: chosen, BELLBIRD_BENCH_OUTAGE_S: outage } = process.env;
  const sizes = chosen ? chosen.split(',').map(Number) : SIZES;
  const results: LiveResult[] = [];
  for (const services of sizes) {
    const seconds = outage ? Number(outage) : services === sizes.at(-1) ? LONG_OUTAGE_S : SHORT_OUTAGE_S;
    results.push(await measureLiveSize({ services, outageMs: seconds * 1_000 }));
  }
  const sections = [changeSection, burstSection, startSection, disturbanceSection, irrelevantSection, footprintSection];
  return sections.map((section) => section(results));
}
