import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry } from './registry.ts';

test('exposes values with their help, type and labels', async () => {
  const text = await createMetricsRegistry().expose({
    bellbird_bgp_session_up: [
      { labels: { peer: 'tor-a', address: '192.0.2.1' }, value: 1 },
      { labels: { peer: 'tor-b', address: '2001:db8::1' }, value: 0 },
    ],
    bellbird_bird_cpu_seconds_total: [{ labels: {}, value: 1.5 }],
  });
  const [sessions, bird] = text.split('\n\n');
  assert.equal(
    sessions,
    `# HELP bellbird_bgp_session_up Whether a BGP session is established.
# TYPE bellbird_bgp_session_up gauge
bellbird_bgp_session_up{peer="tor-a",address="192.0.2.1"} 1
bellbird_bgp_session_up{peer="tor-b",address="2001:db8::1"} 0`,
  );
  assert.match(bird ?? '', /# TYPE bellbird_bird_cpu_seconds_total counter\nbellbird_bird_cpu_seconds_total 1\.5$/);
});

test('escapes what peers may have written', async () => {
  const labels = { peer: 'tor-a', address: '192.0.2.1', error: 'a "word"\nand \\' };
  const text = await createMetricsRegistry().expose({ bellbird_bgp_session_last_error_info: [{ labels, value: 1 }] });
  assert.match(text, /error="a \\"word\\"\\nand \\\\"\} 1/);
});

test('forgets values that are not there the next time', async () => {
  const registry = createMetricsRegistry();
  await registry.expose({ bellbird_bird_info: [{ labels: { version: '2.17.5' }, value: 1 }] });
  assert.doesNotMatch(await registry.expose({ bellbird_bird_info: [] }), /bellbird_bird_info/);
});

test('shows counters before there is anything to count', async () => {
  const text = await createMetricsRegistry().expose({});
  assert.match(text, /^bellbird_configures_total\{result="refused"\} 0$/m);
  assert.match(text, /^bellbird_route_changes_total\{change="withdrawn"\} 0$/m);
  assert.match(text, /^bellbird_change_to_applied_seconds_count 0$/m);
});

test('counts and times what the loop reports', async () => {
  const registry = createMetricsRegistry();
  const { meters } = registry;
  meters.configured('changed', 0.002);
  meters.configured('unchanged', 0.001);
  meters.changeApplied(0.3);
  meters.policyRead('refused');
  meters.routesChanged({ announced: 3, withdrawn: 1, changed: 0 });
  const text = await registry.expose({});
  for (const line of [
    'bellbird_configures_total{result="changed"} 1',
    'bellbird_configures_total{result="unchanged"} 1',
    'bellbird_configure_duration_seconds_bucket{le="0.001"} 0',
    'bellbird_configure_duration_seconds_bucket{le="0.0025"} 1',
    'bellbird_configure_duration_seconds_count 1',
    'bellbird_change_to_applied_seconds_sum 0.3',
    'bellbird_policy_reloads_total{result="refused"} 1',
    'bellbird_route_changes_total{change="announced"} 3',
    'bellbird_route_changes_total{change="withdrawn"} 1',
  ]) {
    assert.ok(text.split('\n').includes(line), line);
  }
});
