// Network namespaces with bridges and veth pairs, through the program `ip`. A namespace's processes end with it.

import { run } from './command.ts';
import { LAB_PREFIX, type Lab } from './lab.ts';

/** One network namespace. */
export interface Namespace {
  /** Its name for `ip -n`. */
  readonly name: string;
}

/** Makes a namespace with its loopback up; it goes away with the lab, and every process in it. */
export function addNamespace(lab: Lab, shortName: string): Namespace {
  removeAbandoned();
  const name = `${lab.name}-${shortName}`;
  run('ip', 'netns', 'add', name);
  lab.onClose(() => removeNamespace(name));
  run('ip', '-n', name, 'link', 'set', 'lo', 'up');
  return { name };
}

/** Makes a bridge with addresses, as the segment that a router shares with its nodes. */
export function addBridge(namespace: Namespace, device: string, addresses: readonly string[]): void {
  ip(namespace, 'link', 'add', 'name', device, 'type', 'bridge');
  bringUp(namespace, device, addresses);
}

/** Joins `device` in one namespace to a bridge in another. */
export function plugIn(
  namespace: Namespace,
  device: string,
  addresses: readonly string[],
  far: { readonly namespace: Namespace; readonly bridge: string; readonly port: string },
): void {
  run(
    ...(['ip', 'link', 'add', 'name', device, 'netns', namespace.name, 'type', 'veth'] as const),
    ...(['peer', 'name', far.port, 'netns', far.namespace.name] as const),
  );
  ip(far.namespace, 'link', 'set', far.port, 'master', far.bridge);
  ip(far.namespace, 'link', 'set', far.port, 'up');
  bringUp(namespace, device, addresses);
}

/** Runs `ip` in the namespace. */
export function ip(namespace: Namespace, ...args: readonly string[]): string {
  return run('ip', '-n', namespace.name, ...args);
}

/** Only the addresses stated: no automatic link-local one, so that next hops can be told apart, and no detection delay. */
function bringUp(namespace: Namespace, device: string, addresses: readonly string[]): void {
  ip(namespace, 'link', 'set', 'dev', device, 'addrgenmode', 'none');
  for (const address of addresses) {
    ip(namespace, 'addr', 'add', address, 'dev', device, ...(address.includes(':') ? ['nodad'] : []));
  }
  ip(namespace, 'link', 'set', device, 'up');
}

/** Ends what runs in the namespace, then removes it. */
function removeNamespace(name: string): void {
  for (const pid of run('ip', 'netns', 'pids', name).split('\n')) {
    if (pid !== '') endProcess(Number(pid));
  }
  run('ip', 'netns', 'del', name);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended on its own in between.
  }
}

/** A run that was killed could not clean up: its process is gone and its namespaces are still there. */
function removeAbandoned(): void {
  for (const line of run('ip', 'netns', 'list').split('\n')) {
    const name = line.split(' ')[0] ?? '';
    const owner = new RegExp(`^${LAB_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) removeNamespace(name);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
