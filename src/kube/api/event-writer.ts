// Writes Events on Services. Asks for the uid of the Service first, by which `kubectl describe` finds its Events. Nothing is tried
// twice: an Event that is lost is no loss.

import { randomBytes } from 'node:crypto';
import { isRecord, messageOf } from '../../unknown.ts';
import { renderRule } from '../rbac.ts';
import { type EventWriter, encodeServiceEvent, type ServiceEvent } from '../service-event.ts';
import type { ApiClient, ApiWriter } from './api-client.ts';
import { ApiError } from './api-error.ts';

/** An Event may take this long. */
const LIMIT_MS = 5_000;
/** A Service is not larger. */
const SERVICE_LIMIT = 4 * 1024 * 1024;

/** Creates a writer over a client that is its own. */
export function createEventWriter(api: ApiClient & ApiWriter): EventWriter {
  const closed = new AbortController();
  return {
    write: async (event) => {
      const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(LIMIT_MS)]);
      try {
        const uid = await readUid(api, event, signal);
        const body = encodeServiceEvent(event, uid, randomBytes(8).toString('hex'));
        await api.post({ path: `/api/v1/namespaces/${encodeURIComponent(event.namespace)}/events`, body, signal });
        return undefined;
      } catch (error) {
        // Sent twice, and taken the first time: the name is its own.
        if (error instanceof ApiError && error.status === 409) return undefined;
        if (error instanceof ApiError && error.failure === 'unauthorized') api.renew();
        return describe(error);
      }
    },
    close: async () => {
      closed.abort();
      await api.close();
    },
  };
}

/** Undefined for a Service that is gone, which is an Event as well, or that may not be read. */
async function readUid(api: ApiClient, event: ServiceEvent, signal: AbortSignal): Promise<string | undefined> {
  const { namespace, name } = event;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
  try {
    let text = '';
    for await (const chunk of await api.get({ path, query: {}, signal, compressed: false, onBytes: () => {} })) {
      text += chunk.toString('utf8');
      if (text.length > SERVICE_LIMIT) return undefined;
    }
    const service: unknown = JSON.parse(text);
    const metadata = isRecord(service) ? service.metadata : undefined;
    return isRecord(metadata) && typeof metadata.uid === 'string' ? metadata.uid : undefined;
  } catch (error) {
    const isKnown = error instanceof ApiError && (error.failure === 'not-found' || error.failure === 'forbidden');
    if (error instanceof SyntaxError || isKnown) return undefined;
    throw error;
  }
}

function describe(error: unknown): string {
  const message = messageOf(error);
  if (!(error instanceof ApiError) || error.failure !== 'forbidden') return message;
  const rule = renderRule({ apiGroups: [''], resources: ['events'], verbs: ['create'] });
  return `${message}; add this rule to the role of bellbird: ${rule}`;
}
