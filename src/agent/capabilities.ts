// Which privileged things a process may do, as the kernel says under /proc.

import { readIfReadable } from './files.ts';

/** Numbers of capabilities(7). */
const CAPABILITIES = { CAP_NET_ADMIN: 12, CAP_NET_RAW: 13 } as const;

/** Whether a process has one of the capabilities; undefined where the kernel does not say. */
export function hasOneOf(pid: number, names: readonly (keyof typeof CAPABILITIES)[]): boolean | undefined {
  return mayDoOneOf(readIfReadable(`/proc/${pid}/status`) ?? '', names);
}

/** The same from the text of `/proc/PID/status`. */
export function mayDoOneOf(status: string, names: readonly (keyof typeof CAPABILITIES)[]): boolean | undefined {
  const [, digits] = /^CapEff:\s*([0-9a-f]+)$/m.exec(status) ?? [];
  if (digits === undefined) return undefined;
  const effective = BigInt(`0x${digits}`);
  return names.some((name) => ((effective >> BigInt(CAPABILITIES[name])) & 1n) === 1n);
}
