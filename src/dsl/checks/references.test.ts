import test from 'node:test';
import { expectDiagnostics, expectNoDiagnostics } from '../../testing/expect-diagnostics.ts';

test('resolves names in every place that takes one, before and after their declaration', () => {
  expectNoDiagnostics(`
service */* { to fabric, b community ours }
range vips load-balancer-ip pool except holes
exclude prefixes holes
filter f { accept if range == vips and prefix in pool then community (ours, no-export), prepend as (own, 64513) }
template fabric { as own export f }
peer a from fabric { address first }
peer b { address 192.0.2.2 as own source first }
let own = 64500
let first = 192.0.2.1
let pool = 198.51.100.0/24, first
let holes = 198.51.100.0/28
let ours = 64512:1, 64512:1:2`);
});

test('takes a string as a reference to a name that is no identifier', () => {
  expectDiagnostics('peer a { address 192.0.2.1 as 64500 export ‹"calico.filter"› }', ['unknown-filter']);
  expectNoDiagnostics('filter f { accept }\npeer a { address 192.0.2.1 as 64500 export "f" }');
});

test('keeps ranges, filters and lets in name spaces of their own', () => {
  expectNoDiagnostics(`
let x = 198.51.100.0/24
range x load-balancer-ip x
filter x { accept if range == x }
peer x { address 192.0.2.1 as 64500 export x }`);
});

test('reports each unknown name once, in the order of the text', () => {
  expectDiagnostics(
    `service */* { to ‹nobody› }
range vips load-balancer-ip ‹pool›
filter f { accept if community ‹ours› }
peer a from ‹fabric› { address ‹first› as ‹own› export f, ‹g› }`,
    [
      ...['unknown-peer', 'unknown-value', 'unknown-value', 'unknown-template'],
      ...['unknown-value', 'unknown-value', 'unknown-filter'],
    ],
  );
});

test('tells a wrong type from an unknown name', () => {
  expectDiagnostics('let ours = 64512:1\nexclude prefixes ‹ours›', ['wrong-type']);
  expectDiagnostics('let pool = 198.51.100.0/24\npeer a { address 192.0.2.1 as ‹pool› }', ['wrong-type']);
  expectDiagnostics('let pool = 198.51.100.0/24\npeer a { address ‹pool› as 64500 }', ['wrong-type']);
});

test('wants one value where one is meant', () => {
  expectDiagnostics('let both = 64500, 64501\npeer a { address 192.0.2.1 as ‹both› }', ['expected-one-value']);
});

test('reports a circle of values once, and values of several types where they are declared', () => {
  expectDiagnostics('let a = b\nlet b = c\nlet c = ‹a›\nexclude prefixes a', ['let-cycle']);
  expectDiagnostics('let a = 10.0.0.0/8, ‹"text"›\nexclude prefixes a', ['mixed-types']);
});
