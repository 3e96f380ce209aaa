// The default gateways that this machine had last, in the runtime directory: an agent that starts while a default route is
// missing for a moment knows them from the one before it. They are of one boot, and say nothing in the next.

import { join } from 'node:path';
import { familyOfText } from '../dsl/index.ts';
import type { Gateway } from '../engine/index.ts';
import { isRecord } from '../unknown.ts';
import { reasonOf } from './directories.ts';
import { readIfReadable, writeSmallFile } from './files.ts';
import { parseJson } from './json.ts';
import type { Log } from './log.ts';

/** Remembers gateways beyond the end of an agent. */
export interface GatewayMemory {
  /** What was kept last; empty where nothing of this boot is there. */
  recall(): readonly Gateway[];
  /** Writes only what differs from before. Never throws: what cannot be kept is logged, once. */
  keep(gateways: readonly Gateway[]): void;
}

/** What a memory is of. */
export interface GatewayMemoryOptions {
  readonly runtimeDirectory: string;
  readonly bootId: string;
  readonly log: Pick<Log, 'warn'>;
}

const FILE = 'gateways.json';

/** The memory of one machine, which forgets when it boots. */
export function createGatewayMemory({ runtimeDirectory, bootId, log }: GatewayMemoryOptions): GatewayMemory {
  const path = join(runtimeDirectory, FILE);
  let known = readIfReadable(path);
  let failure: string | undefined;
  return {
    recall: () => decode(parseJson(known ?? ''), bootId),
    keep: (gateways) => {
      const text = `${JSON.stringify({ bootId, gateways })}\n`;
      if (text === known || bootId === '') return;
      try {
        writeSmallFile(path, text, 0o600);
        [known, failure] = [text, undefined];
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === failure) return;
        failure = reason;
        const message = `the default gateways cannot be remembered for the next start of the agent in \`${path}\`: ${reason}`;
        log.warn({ event: 'gateways-not-kept' }, message);
      }
    },
  };
}

function decode(value: unknown, bootId: string): readonly Gateway[] {
  if (!isRecord(value) || bootId === '' || value.bootId !== bootId || !Array.isArray(value.gateways)) return [];
  return value.gateways.flatMap((item: unknown) => {
    const { address, interface: link } = isRecord(item) ? item : {};
    if (typeof address !== 'string' || familyOfText(address) === undefined || typeof link !== 'string') return [];
    return [{ address, interface: link }];
  });
}
