// The Secrets that policies name, each followed by name on a live cluster.

import { type Clock, systemClock } from '../../clock.ts';
import { type SecretId, type SecretSource, secretName } from '../secrets.ts';
import type { ApiClient } from './api-client.ts';
import { createSecretWatch, type SecretWatch, type SecretWatchOptions } from './secret-watch.ts';

/** What a source of Secrets takes from outside. */
export interface LiveSecretsOptions extends Pick<SecretWatchOptions, 'random' | 'wait'> {
  /** Closed by `stop`. */
  readonly api: ApiClient;
  readonly clock?: Clock;
}

interface Followed {
  readonly watch: SecretWatch;
  readonly stop: AbortController;
  readonly running: Promise<void>;
}

/** Creates a source; nothing is asked before both `start` and `want`. */
export function createLiveSecrets(options: LiveSecretsOptions): SecretSource {
  const { api, clock = systemClock, random, wait } = options;
  const followed = new Map<string, Followed>();
  let wanted: readonly SecretId[] = [];
  let onChange: (() => void) | undefined;
  const follow = (secret: SecretId): Followed => {
    const stop = new AbortController();
    const watch = createSecretWatch({ secret, api, clock, random, wait, onChange: () => onChange?.() });
    const running = watch.run(stop.signal);
    running.catch(rethrow);
    return { watch, stop, running };
  };
  const update = () => {
    if (onChange === undefined) return;
    const names = new Set(wanted.map(secretName));
    for (const [name, { stop }] of followed) {
      if (names.has(name)) continue;
      stop.abort();
      followed.delete(name);
    }
    for (const secret of wanted) {
      const name = secretName(secret);
      if (!followed.has(name)) followed.set(name, follow(secret));
    }
  };
  return {
    start: (callback) => {
      onChange = callback;
      update();
    },
    want: (secrets) => {
      wanted = secrets;
      update();
    },
    read: (ref) => followed.get(secretName(ref))?.watch.read(ref.key) ?? { kind: 'unread', message: undefined },
    stop: async () => {
      onChange = undefined;
      for (const { stop } of followed.values()) stop.abort();
      await Promise.allSettled([...followed.values()].map(({ running }) => running));
      await api.close();
    },
  };
}

function rethrow(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
