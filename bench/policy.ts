// Checks the policies of the benchmarks from their text.

import { loadPolicyText } from '../src/agent/load-policy.ts';
import type { CheckedPolicy } from '../src/agent/policy-keeper.ts';

/** A policy as the agent takes it; throws if it does not check. */
export function checkBenchPolicy(text: string): CheckedPolicy {
  const loaded = loadPolicyText({ entries: ['bench.bell'], files: { 'bench.bell': text } });
  if (loaded.policy === undefined) throw new Error(`the policy does not check: ${loaded.diagnostics[0]?.message}`);
  return { policy: loaded.policy, loaded, origin: 'disk' };
}
