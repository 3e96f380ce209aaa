// How fast: changes, bursts and starts as tables.

import type { Section } from '../report.ts';
import { median, percentile, renderNumber } from '../statistics.ts';
import { BURST } from './bursts.ts';
import type { LiveResult } from './measure-size.ts';

const FLOOR_AIM = 1.5;
const BURST_AIM_MS = 50;
const START_AIM_MS = 3_000;
/** The aims of start and memory are for clusters up to this size. */
const LARGEST_WITH_AIM = 5_000;

/** From a PATCH to the UPDATE. */
export function changeSection(results: readonly LiveResult[]): Section {
  const first = results[0];
  return {
    title: 'Live API: change to UPDATE',
    about:
      `API server: ${first?.server ?? 'none'}. N services of type LoadBalancer with traffic policy Local, one slice each ` +
      'with two endpoints, one on the measured node. A JSON patch makes that endpoint not ready or ready; 200 changes (100 ' +
      'at the smallest size) one after the other, the packed executable, a raw BGP listener. From sending the PATCH, and ' +
      'from its answer, to the UPDATE; negative: the agent was told sooner than the writer. Floor, in turns with it: write, ' +
      'rename and `configure` of the same file with a second BIRD. Times in ms.',
    columns: [
      'services',
      ...['PATCH sent, median', 'p90', 'p99', 'PATCH answered, median', 'p90', 'p99', 'floor, median', 'p90', 'p99'],
      'answered / floor',
    ],
    rows: results.map(({ services, changes: { times } }) => [
      String(services),
      ...threeNumbers(times.map(({ fromSent }) => fromSent)),
      ...threeNumbers(times.map(({ fromAnswer }) => fromAnswer)),
      ...threeNumbers(times.map(({ floor }) => floor)),
      ratioToFloor(times).toFixed(2),
    ]),
    aims: results.map(({ services, changes: { times } }) => ({
      text: `at most ${FLOOR_AIM} times the floor beyond the API's answer at ${services} services: ${ratioToFloor(times).toFixed(2)}`,
      met: ratioToFloor(times) <= FLOOR_AIM,
    })),
  };
}

function ratioToFloor(times: LiveResult['changes']['times']): number {
  return median(times.map(({ fromAnswer }) => fromAnswer)) / median(times.map(({ floor }) => floor));
}

function threeNumbers(values: readonly number[]): readonly string[] {
  return [median(values), percentile(values, 0.9), percentile(values, 0.99)].map(renderNumber);
}

/** A hundred endpoints at once. */
export function burstSection(results: readonly LiveResult[]): Section {
  const rows = results.flatMap(({ services, bursts }) =>
    [false, true].map((ready) => {
      const same = bursts.filter((burst) => burst.ready === ready);
      const fromSent = same.map(({ fromFirstSent }) => fromFirstSent);
      const fromAnswer = same.map(({ fromLastAnswer }) => fromLastAnswer);
      const updates = median(same.map((burst) => burst.updates));
      return [
        `${services}, ${ready ? 'ready again' : 'not ready'}`,
        ...[median(fromSent), median(fromAnswer), percentile(fromAnswer, 1)].map(renderNumber),
        String(updates),
      ];
    }),
  );
  return {
    title: `Live API: burst of ${BURST}`,
    about:
      `${BURST} endpoints change, eight PATCHes at a time; three bursts of each kind. From the first PATCH sent, and from ` +
      'the last one answered, to the last UPDATE. Times in ms.',
    columns: ['services', 'first sent, median', 'last answered, median', 'worst', 'UPDATEs, median'],
    rows,
    aims: results.map(({ services, bursts }) => {
      const middle = median(bursts.map(({ fromLastAnswer }) => fromLastAnswer));
      return {
        text: `last UPDATE within ${BURST_AIM_MS} ms of the last answer at ${services} services: median ${renderNumber(middle)} ms`,
        met: middle < BURST_AIM_MS,
      };
    }),
  };
}

/** From a new process to its routes. */
export function startSection(results: readonly LiveResult[]): Section {
  const worstOf = ({ starts }: LiveResult): number =>
    percentile(
      starts.map(({ allRoutes }) => allRoutes),
      1,
    );
  return {
    title: 'Live API: start',
    about: 'From starting an agent that has never run before, three times, to its session and its routes. Times in ms.',
    columns: ['services', 'session, median', 'first route, median', 'all routes, median', 'worst'],
    rows: results.map((result) => [
      String(result.services),
      renderNumber(median(result.starts.map(({ session }) => session))),
      renderNumber(median(result.starts.map(({ firstRoute }) => firstRoute))),
      renderNumber(median(result.starts.map(({ allRoutes }) => allRoutes))),
      renderNumber(worstOf(result)),
    ]),
    aims: results
      .filter(({ services }) => services <= LARGEST_WITH_AIM)
      .map((result) => ({
        text: `all routes within ${START_AIM_MS / 1_000} s of the start at ${result.services} services: ${renderNumber(worstOf(result))} ms at worst`,
        met: worstOf(result) < START_AIM_MS,
      })),
  };
}
