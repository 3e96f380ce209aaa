// The two routers together: what they see, and how long it takes until they see something else.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BirdImage } from '../../bgp/index.ts';
import { FIRST_CLUSTER, ROUTERS } from './lab-files.ts';
import type { Processes } from './processes.ts';
import { type Router, type RouterView, startRouter } from './router.ts';

/** Number of distinct next hops by prefix, as every router is expected to see it. */
export type ExpectedView = Readonly<Record<string, number>>;

/** What the routers see, by name. */
export type FabricView = ReadonlyMap<string, RouterView>;

/** The routers of the demonstration. */
export interface Fabric {
  view(): Promise<FabricView>;
  /** Resolves when every router sees exactly this, with the milliseconds each took since `since`. */
  waitFor(expected: ExpectedView, since: number): Promise<ReadonlyMap<string, number>>;
  close(): void;
}

const POLL_MS = 3;

/** Starts the routers. `whyNot` is asked while they are waited for, and ends the wait with its answer. */
export function startFabric(
  processes: Processes,
  image: BirdImage,
  port: number,
  whyNot: () => string | undefined,
): Fabric {
  const binary = join(processes.folder, 'bird');
  const bytes = image.read();
  if (bytes === undefined) throw new Error('no BIRD is embedded');
  writeFileSync(binary, bytes);
  chmodSync(binary, 0o500);
  const routers = Object.entries(ROUTERS).map(([name, address]) => {
    const folder = join(processes.folder, name);
    return startRouter({ name, address, port, nodes: FIRST_CLUSTER.nodes, binary, folder });
  });
  return {
    view: async () =>
      new Map(await Promise.all(routers.map(async (router) => [router.name, await look(router)] as const))),
    waitFor: async (expected, since) => {
      const times = routers.map(async (router) => {
        for (;;) {
          if (matches(await look(router), expected)) return [router.name, performance.now() - since] as const;
          const reason = whyNot();
          if (reason !== undefined) throw new Error(reason);
          await pause(POLL_MS);
        }
      });
      return new Map(await Promise.all(times));
    },
    close: () => {
      for (const router of routers) router.close();
    },
  };
}

/** A router that is still starting sees nothing. */
async function look(router: Router): Promise<RouterView> {
  return router.view().catch(() => new Map());
}

function matches(view: RouterView, expected: ExpectedView): boolean {
  const prefixes = Object.entries(expected);
  return view.size === prefixes.length && prefixes.every(([prefix, hops]) => view.get(prefix)?.size === hops);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
