import { test } from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

const INSIDE = 'peer rr { address 192.0.2.9 as internal }';
const OUTSIDE = 'peer tor { address 192.0.2.1 as 64500 }';
const SPEAKER = 'speaker { as 64512 }\n';

test('a prepend in a filter that an internal peer exports with is a warning', () => {
  const filter = 'filter f { accept if exact then ‹prepend 2›, med 5  accept }\n';
  expectDiagnostics(`${filter}peer rr { address 192.0.2.9 as internal export f }`, ['prepend-inside']);
  expectDiagnostics(`${SPEAKER}${filter}peer rr { address 192.0.2.9 as 64512 export f }`, ['prepend-inside']);
  expectDiagnostics(`${filter}${OUTSIDE}\npeer rr { address 192.0.2.9 as internal export f }`, ['prepend-inside']);
});

test('own AS numbers in front of the path are a prepend as well', () => {
  const peer = 'peer rr { address 192.0.2.9 as internal export f }';
  expectDiagnostics(`${SPEAKER}filter f { accept then ‹prepend as (64500, 64512)› }\n${peer}`, ['prepend-inside']);
  expectNoDiagnostics(`${SPEAKER}filter f { accept then prepend as 64500 }\n${peer}`);
});

test('a prepend for external peers only is none', () => {
  const filter = 'filter f { update if peer-type == ebgp then prepend 2  accept }\n';
  expectNoDiagnostics(`${filter}peer rr { address 192.0.2.9 as internal export f }`);
  expectNoDiagnostics(`filter f { accept then prepend 2 }\n${OUTSIDE.replace('}', 'export f }')}\n${INSIDE}`);
  expectNoDiagnostics('filter f { accept then prepend 2 }\npeer x { address 192.0.2.9 as label "asn" export f }');
  expectNoDiagnostics(`${SPEAKER}filter f { accept then prepend 2 }
peer x { address 192.0.2.9 as 64512 local-as 64511 export f }`);
});

test('a prepend of a range or a service that is offered to an internal peer is a warning', () => {
  expectDiagnostics(`range r cluster-ip 10.96.0.0/16 { ‹prepend 2› }\n${INSIDE}\n${OUTSIDE}`, ['prepend-inside']);
  expectDiagnostics(`range r cluster-ip 10.96.0.0/16\nservice */* { ‹prepend 2› }\n${INSIDE}`, ['prepend-inside']);
  expectDiagnostics(`service */* { to rr, tor  ‹prepend 2› }\n${INSIDE}\n${OUTSIDE}`, ['prepend-inside']);
});

test('what may not reach an internal peer is none', () => {
  expectNoDiagnostics(`service */* { to tor  prepend 2 }\n${INSIDE}\n${OUTSIDE}`);
  expectNoDiagnostics(`range r cluster-ip 10.96.0.0/16 { prepend 2 }\nservice */* { to tor }\n${INSIDE}\n${OUTSIDE}`);
  expectNoDiagnostics(
    `filter f { reject }\nservice */* { prepend 2 }\n${INSIDE.replace('}', 'export f }')}\n${OUTSIDE}`,
  );
});

test('a local preference that is expected of external peers only is a warning', () => {
  const expecting = (peer: string) => `test "t" {
  cluster "c.yaml"
  expect every node advertises 192.0.2.7/32 ${peer} with ‹local-pref 50› and med 5
}\n`;
  expectDiagnostics(`${expecting('to tor')}${OUTSIDE}\n${INSIDE}`, ['local-pref-outside']);
  expectDiagnostics(`${expecting('')}peer tor { address 192.0.2.1 as external }`, ['local-pref-outside']);
  const right = (peer: string) => expecting(peer).replace(/[‹›]/g, '');
  expectNoDiagnostics(`${right('to rr')}${OUTSIDE}\n${INSIDE}`);
  expectNoDiagnostics(`${right('')}${OUTSIDE}\n${INSIDE}`);
});
