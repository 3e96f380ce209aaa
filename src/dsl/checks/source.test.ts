import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const policy = (condition: string, peer = 'export f') =>
  `filter f { accept if length < 30 or ${condition} }\npeer a { address 192.0.2.1 as 64500 ${peer} }`;

test('warns about remote routes in a filter that only sees our own', () => {
  for (const condition of ['source == remote', 'source != local', 'source in (remote)', 'source not in (local,)']) {
    expectDiagnostics(policy(`‹${condition}›`), ['no-transit']);
  }
  expectDiagnostics(policy('not (kind == cluster-ip and ‹source == remote›)'), ['no-transit']);
});

test('takes what can be', () => {
  expectNoDiagnostics(policy('source == local'));
  expectNoDiagnostics(policy('source in (local, remote)'));
  expectNoDiagnostics(policy('source == remote', 'import f'));
  expectNoDiagnostics(policy('source == remote', 'import f export f'));
});
