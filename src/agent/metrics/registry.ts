// The metrics of one agent in the text format of Prometheus: what the loop counted, and what is read at the moment of asking.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type CounterName, type HistogramName, METRICS, type MetricDefinition, type Samples } from './catalogue.ts';
import type { Meters } from './meters.ts';

/** Counts, and shows. */
export interface MetricsRegistry {
  readonly meters: Meters;
  /** Everything that was counted, and these values. */
  expose(samples: Samples): Promise<string>;
}

/** Media type of what is exposed. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** From a millisecond, which BIRD takes for a small configuration, to the seconds that it takes for the largest. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Creates a registry that has counted nothing. */
export function createMetricsRegistry(): MetricsRegistry {
  const counted = new Registry();
  const counter = (name: CounterName) => createCounter(name, counted);
  const routeChanges = counter('bellbird_route_changes_total');
  const reloads = counter('bellbird_policy_reloads_total');
  const configures = counter('bellbird_configures_total');
  const events = counter('bellbird_service_events_total');
  const duration = createHistogram('bellbird_configure_duration_seconds', counted);
  const latency = createHistogram('bellbird_change_to_applied_seconds', counted);
  return {
    meters: {
      configured: (result, seconds) => {
        configures.inc({ result });
        if (result === 'changed') duration.observe(seconds);
      },
      changeApplied: (seconds) => latency.observe(seconds),
      routesChanged: (counts) => {
        for (const [change, number] of Object.entries(counts)) routeChanges.inc({ change }, number);
      },
      policyRead: (result) => reloads.inc({ result }),
      eventDue: (result) => events.inc({ result }),
    },
    expose: async (samples) => [await expose(samples), await counted.metrics()].join('\n'),
  };
}

/** Values that were read now: anew each time, so that nothing of a peer or resource that is gone stays behind. */
async function expose(samples: Samples): Promise<string> {
  const registry = new Registry();
  const definitions: Readonly<Record<string, MetricDefinition>> = METRICS;
  for (const [name, values] of Object.entries(samples)) {
    const definition = definitions[name];
    if (definition === undefined || values.length === 0) continue;
    const { help, kind, labels } = definition;
    const options = { name, help, labelNames: labels, registers: [registry] };
    if (kind === 'counter') {
      const metric = new Counter(options);
      for (const sample of values) metric.inc(sample.labels, sample.value);
    } else {
      const metric = new Gauge(options);
      for (const sample of values) metric.set(sample.labels, sample.value);
    }
  }
  return await registry.metrics();
}

function createCounter(name: CounterName, registry: Registry): Counter {
  const { help, labels, known = [] }: MetricDefinition = METRICS[name];
  const metric = new Counter({ name, help, labelNames: labels, registers: [registry] });
  const [label = ''] = labels;
  // A counter that appears with its first event has no rate.
  for (const value of known) metric.inc({ [label]: value }, 0);
  return metric;
}

function createHistogram(name: HistogramName, registry: Registry): Histogram {
  return new Histogram({ name, help: METRICS[name].help, buckets: SECONDS, registers: [registry] });
}
