import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const peer = (settings: string) => `peer a { address 192.0.2.1 as 64500 ${settings} }`;

test('accepts numbers at their limits', () => {
  expectNoDiagnostics('service */* { med 0 local-pref 4294967295 prepend 16 require 1 endpoint }');
  expectNoDiagnostics(peer('hold-time 65535s keepalive 21845s connect-retry 1s graceful-restart 4095s multihop 255'));
  expectNoDiagnostics(peer('hold-time 0s graceful-restart off multihop off'));
  expectNoDiagnostics('speaker { as 4294967295 listen port 1 }');
  expectNoDiagnostics('speaker { as 65535.65535 listen port port 65535 }\nlet port = 192.0.2.1');
});

test('refuses numbers outside of them, at the number', () => {
  expectDiagnostics('service */* { med ‹4294967296› prepend ‹0› require ‹0› endpoints }', [
    ...['number-out-of-range', 'number-out-of-range', 'number-out-of-range'],
  ]);
  expectDiagnostics(
    'filter f { update then prepend ‹17›, local-pref ‹4294967296› accept if length < ‹129› }\npeer a { address 192.0.2.1 as 64500 export f }',
    ['number-out-of-range', 'number-out-of-range', 'number-out-of-range'],
  );
  expectDiagnostics('peer a { address 192.0.2.1 port ‹65536› as 64500 multihop ‹0› }', [
    ...['number-out-of-range', 'number-out-of-range'],
  ]);
  expectDiagnostics('speaker { as ‹4294967296› listen port ‹0› }', ['as-out-of-range', 'number-out-of-range']);
});

test('refuses durations that BGP cannot carry', () => {
  expectDiagnostics(peer('hold-time ‹2s›'), ['duration-out-of-range']);
  expectDiagnostics(peer('hold-time ‹3500ms›'), ['duration-out-of-range']);
  expectDiagnostics(peer('connect-retry ‹0s›'), ['duration-out-of-range']);
  expectDiagnostics(peer('graceful-restart ‹4096s›'), ['duration-out-of-range']);
});
