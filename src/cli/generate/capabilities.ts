// What the agent and BIRD may do beyond an ordinary process: as little as the policy needs.

import type { Policy } from '../../dsl/index.ts';

/** Capabilities without their prefix `CAP_`; without a policy those that every one may need. */
export function capabilitiesOf(policy: Policy | undefined): readonly string[] {
  // Port 179, and the priority of BFD's packets.
  const always = ['NET_BIND_SERVICE', 'NET_RAW'];
  return policy !== undefined && changesKernel(policy) ? [...always, 'NET_ADMIN'] : always;
}

/** Debian packages that an image needs besides the executable. */
export function packagesOf(policy: Policy): readonly string[] {
  return protectsFromLoops(policy) ? ['iproute2'] : [];
}

function changesKernel(policy: Policy): boolean {
  return policy.speaker.install === 'routes' || protectsFromLoops(policy);
}

function protectsFromLoops({ speaker }: Policy): boolean {
  return (speaker.loopProtection ?? 'off') !== 'off';
}
