import { test } from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const SPEAKER = 'speaker { as 64512 }\n';

test('an aggregate of external or load balancer addresses is a warning where packets may loop', () => {
  expectDiagnostics(`${SPEAKER}range r load-balancer-ip 198.51.100.0/24 ‹aggregate›`, ['looping-aggregate']);
  expectDiagnostics(`${SPEAKER}range r external-ip 203.0.113.0/24 for a/* ‹aggregate /27 when used›`, [
    'looping-aggregate',
  ]);
  expectDiagnostics('speaker { as 64512 loop-protection off }\nrange r load-balancer-ip 198.51.100.0/24 ‹aggregate›', [
    'looping-aggregate',
  ]);
});

test('nothing loops with protection, without aggregates, and for cluster IPs', () => {
  for (const action of ['drop', 'reject']) {
    expectNoDiagnostics(
      `speaker { as 64512 loop-protection ${action} }\nrange r load-balancer-ip 198.51.100.0/24 aggregate`,
    );
  }
  expectNoDiagnostics(`${SPEAKER}range r load-balancer-ip 198.51.100.0/24`);
  expectNoDiagnostics(`${SPEAKER}range r load-balancer-ip 198.51.100.7 aggregate`);
  expectNoDiagnostics(`${SPEAKER}range r cluster-ip 10.96.0.0/16 aggregate`);
});
