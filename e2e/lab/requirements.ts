// What the network namespace labs need of a machine. Where something is missing the tests are skipped, with a reason
// that says what it is.

import { existsSync } from 'node:fs';
import { hasProgram, run } from './command.ts';

/** Where Debian's package frr keeps its daemons. */
export const FRR_FOLDER = '/usr/lib/frr';

/** False if network namespaces, bridges and FRR can be used here; else the reason to skip. */
export function namespaceLabObstacle(): string | false {
  const obstacle = namespaceObstacle();
  if (obstacle !== false) return obstacle;
  return existsSync(`${FRR_FOLDER}/bgpd`) ? false : 'FRR is missing (Debian package frr)';
}

/** False if network namespaces and bridges can be used here; else the reason to skip. */
export function namespaceObstacle(): string | false {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!hasProgram('ip')) return 'the program `ip` is missing (Debian package iproute2)';
  return bridgeObstacle();
}

/** The kernel may refuse namespaces, bridges or veth pairs, for example in an unprivileged container. */
function bridgeObstacle(): string | false {
  const name = `bellbird-probe-${process.pid}`;
  try {
    run('ip', 'netns', 'add', name);
  } catch (error) {
    return `network namespaces are refused: ${error instanceof Error ? error.message : String(error)}`;
  }
  try {
    run('ip', '-n', name, 'link', 'add', 'name', 'probe0', 'type', 'bridge');
    run('ip', '-n', name, 'link', 'add', 'name', 'probe1', 'type', 'veth', 'peer', 'name', 'probe2');
    return false;
  } catch (error) {
    return `the kernel lacks bridges or veth pairs: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    run('ip', 'netns', 'del', name);
  }
}
