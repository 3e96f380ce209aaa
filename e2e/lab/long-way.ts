// A node and something far away, with a router between them that can lose everything without a word, as a switch does
// that goes dark: no reset, no "unreachable", and links that stay up at both ends.

import { run } from './command.ts';
import type { Lab } from './lab.ts';
import { addNamespace, ip, type Namespace } from './namespace.ts';

/** Two ends and the way between them. */
export interface LongWay {
  readonly near: Namespace;
  readonly far: Namespace;
  readonly farAddress: string;
  /** From now on nothing gets through, in either direction. */
  cut(): void;
  mend(): void;
}

const NEAR = '10.30.1';
const FAR = '10.30.2';

/** Builds it. */
export function buildLongWay(lab: Lab): LongWay {
  const [near, middle, far] = [addNamespace(lab, 'near'), addNamespace(lab, 'middle'), addNamespace(lab, 'far')];
  run('ip', 'netns', 'exec', middle.name, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  join(near, middle, 'to-near', NEAR);
  join(far, middle, 'to-far', FAR);
  const holes = [`${NEAR}.2/32`, `${FAR}.2/32`];
  return {
    near,
    far,
    farAddress: `${FAR}.2`,
    cut: () => {
      for (const hole of holes) ip(middle, 'route', 'add', 'blackhole', hole);
    },
    mend: () => {
      for (const hole of holes) ip(middle, 'route', 'del', 'blackhole', hole);
    },
  };
}

function join(end: Namespace, middle: Namespace, port: string, subnet: string): void {
  run('ip', 'link', 'add', 'way', 'netns', end.name, 'type', 'veth', 'peer', 'name', port, 'netns', middle.name);
  ip(end, 'addr', 'add', `${subnet}.2/24`, 'dev', 'way');
  ip(middle, 'addr', 'add', `${subnet}.1/24`, 'dev', port);
  ip(middle, 'link', 'set', port, 'up');
  ip(end, 'link', 'set', 'way', 'up');
  ip(end, 'route', 'add', 'default', 'via', `${subnet}.1`);
}
