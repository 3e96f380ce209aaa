import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serviceManifest } from '../../testing/api-lab.ts';
import { missingRealApi, openRealApi, type RealApi } from '../../testing/real-api.ts';
import { isRecord } from '../../unknown.ts';
import type { ServiceEvent } from '../service-event.ts';
import { openEventWriter } from './index.ts';

const NAME = 'bellbird-events';
const EVENT: ServiceEvent = {
  namespace: 'default',
  name: NAME,
  node: 'worker-1',
  reason: 'nodeAssigned',
  message: 'announcing from node "worker-1" with protocol "bgp": 198.51.100.10/32',
  firstAt: Date.UTC(2026, 10, 21, 20, 15, 3),
  lastAt: Date.UTC(2026, 10, 21, 20, 16, 3),
  count: 3,
};

describe('Events in a real API server', { skip: missingRealApi() ?? false, timeout: 240_000 }, () => {
  let api: RealApi;

  before(async () => {
    api = await openRealApi();
  });
  after(() => api.close());

  test('are found by the uid of their Service, as kubectl describe asks for them', async () => {
    const path = '/api/v1/namespaces/default/services';
    const { status: _, ...service } = serviceManifest(`default/${NAME}`, {
      ports: [{ port: 80 }],
      clusterIPs: undefined,
    });
    const created = await api.call('POST', path, service);
    const metadata = isRecord(created) && isRecord(created.metadata) ? created.metadata : {};
    const writer = openEventWriter({ environment: { KUBECONFIG: api.kubeconfig }, userAgent: 'bellbird/test' });
    assert.equal(await writer.write(EVENT), undefined);
    await writer.close();
    const query = `fieldSelector=involvedObject.uid%3D${metadata.uid}%2CinvolvedObject.name%3D${NAME}`;
    const list = await api.call('GET', `/api/v1/namespaces/default/events?${query}`);
    await api.call('DELETE', `${path}/${NAME}`);
    const { count, reason, message, lastTimestamp } = onlyItem(list);
    assert.deepEqual(
      { count, reason, message, lastTimestamp },
      {
        count: 3,
        reason: 'nodeAssigned',
        message: EVENT.message,
        lastTimestamp: '2026-11-21T20:16:03Z',
      },
    );
  });

  test('are refused to whoever lacks the right, which is named', async (t) => {
    const { powerless } = api;
    if (powerless === undefined) return t.skip('the cluster is not ours');
    const writer = openEventWriter({ environment: { KUBECONFIG: powerless }, userAgent: 'bellbird/test' });
    assert.match((await writer.write(EVENT)) ?? '', /HTTP 403: events is forbidden.*; add this rule/);
    await writer.close();
  });
});

/** The only item of a list. */
function onlyItem(list: unknown): Readonly<Record<string, unknown>> {
  const items = isRecord(list) && Array.isArray(list.items) ? list.items : [];
  assert.equal(items.length, 1);
  const [item]: readonly unknown[] = items;
  return isRecord(item) ? item : {};
}
