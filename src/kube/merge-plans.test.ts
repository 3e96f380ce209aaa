import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyPolicy } from '../engine/testdata/arbitraries.ts';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { mergePlans } from './merge-plans.ts';
import { coversPlan, planEverything, planWatches } from './watch-plan.ts';
import { renderTarget } from './watch-target.ts';

const HEAD = 'speaker { as 64512 }\npeer tor { address 192.0.2.1  as 64500 }\n';
const planOf = (statements: string) => planWatches(compilePolicy(HEAD + statements), 'worker-1');

test('a merged plan covers every plan that it was merged from', () => {
  fc.assert(
    fc.property(fc.array(anyPolicy, { minLength: 2, maxLength: 3 }), (policies) => {
      const [first = planEverything(), ...rest] = policies.map((policy) => planWatches(policy, 'worker-1'));
      const merged = mergePlans(first, ...rest);
      for (const plan of [first, ...rest]) assert.ok(coversPlan(merged, plan));
    }),
  );
});

test('a plan that covers the other is taken as it is', () => {
  const small = planOf('range vips load-balancer-ip 198.51.100.0/24');
  assert.equal(mergePlans(small, small), small);
  const everything = planEverything();
  assert.equal(mergePlans(small, everything), everything);
});

test('namespaces that do not overlap stay apart, and one watch for all takes the place of every other', () => {
  const shop = planOf('range vips load-balancer-ip 198.51.100.0/24 for shop/*');
  const bank = planOf('range vips load-balancer-ip 198.51.100.0/24 for bank/*');
  const all = planOf('range ext external-ip 198.51.100.0/24');
  const services = (plan: ReturnType<typeof planOf>) =>
    plan.targets.filter(({ resource }) => resource === 'services').map(renderTarget);
  assert.deepEqual(services(mergePlans(shop, bank)), [
    'services in namespace shop where spec.type=LoadBalancer',
    'services in namespace bank where spec.type=LoadBalancer',
  ]);
  assert.deepEqual(services(mergePlans(shop, all)), ['services']);
});
