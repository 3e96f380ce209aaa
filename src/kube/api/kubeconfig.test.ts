import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadKubeconfig } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-kubeconfig-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a kubeconfig of one cluster and returns its path. */
function write(name: string, server: string, user: unknown = {}, current: string | undefined = name): string {
  const path = join(folder, `${name}.yaml`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': current,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test('reads the files that KUBECONFIG names, without those that are missing', () => {
  const a = write('a', 'https://192.0.2.1:6443');
  const b = write('b', 'https://192.0.2.2:6443');
  const loaded = loadKubeconfig({ environment: { KUBECONFIG: `${folder}/missing:${a}:${b}` } });
  assert.equal(loaded.cluster.server, 'https://192.0.2.1:6443');
  const other = loadKubeconfig({ environment: { KUBECONFIG: `${a}:${b}` }, context: 'b' });
  assert.equal(other.cluster.server, 'https://192.0.2.2:6443');
});

test('takes the first of two entries with one name', () => {
  const a = write('a', 'https://192.0.2.1:6443');
  mkdirSync(join(folder, 'second'), { recursive: true });
  const again = write('second/a', 'https://192.0.2.9:6443');
  writeFileSync(again, '{"clusters":[{"name":"a","cluster":{"server":"https://192.0.2.9"}}]}');
  const loaded = loadKubeconfig({ environment: { KUBECONFIG: `${a}:${again}` } });
  assert.equal(loaded.cluster.server, 'https://192.0.2.1:6443');
});

test('uses the service account inside a pod, unless KUBECONFIG says otherwise', () => {
  const serviceAccount = join(folder, 'account');
  mkdirSync(serviceAccount, { recursive: true });
  writeFileSync(join(serviceAccount, 'token'), 'secret');
  const pod = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443', HOME: folder };
  const loaded = loadKubeconfig({ environment: pod, serviceAccount });
  assert.equal(loaded.cluster.server, 'https://10.96.0.1:443');
  assert.equal(loaded.tokenFile, join(serviceAccount, 'token'));
  const six = loadKubeconfig({ environment: { ...pod, KUBERNETES_SERVICE_HOST: 'fd00:10:96::1' }, serviceAccount });
  assert.equal(six.cluster.server, 'https://[fd00:10:96::1]:443');
  const local = write('local', 'https://192.0.2.1:6443');
  const chosen = loadKubeconfig({ environment: { ...pod, KUBECONFIG: local }, serviceAccount });
  assert.equal(chosen.cluster.server, 'https://192.0.2.1:6443');
});

test('falls back to the file in the home folder', () => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.kube'), { recursive: true });
  writeFileSync(
    join(home, '.kube', 'config'),
    JSON.stringify({
      clusters: [{ name: 'h', cluster: { server: 'http://127.0.0.1:8001' } }],
      contexts: [{ name: 'h', context: { cluster: 'h' } }],
      'current-context': 'h',
    }),
  );
  const loaded = loadKubeconfig({ environment: { HOME: home } });
  assert.equal(loaded.cluster.server, 'http://127.0.0.1:8001');
});

test('says what it looked for where', () => {
  const rows: readonly (readonly [Record<string, string>, RegExp])[] = [
    [
      { HOME: '/nonexistent' },
      /^no cluster: KUBECONFIG is not set, this is no pod .* there is no \/nonexistent\/\.kube\/config$/,
    ],
    [{ KUBECONFIG: '/nonexistent/a' }, /^\/nonexistent\/a: no such file$/],
    [{ KUBECONFIG: write('n', 'https://192.0.2.1', {}, 'other') }, /there is no context `other`$/],
  ];
  for (const [environment, message] of rows) assert.throws(() => loadKubeconfig({ environment }), { message });
  const broken = join(folder, 'broken');
  writeFileSync(broken, 'clusters: [');
  assert.throws(() => loadKubeconfig({ environment: { KUBECONFIG: broken } }), /broken: /);
});

test('finds a token file and a plugin beside the kubeconfig', () => {
  const path = write('t', 'https://192.0.2.1', { tokenFile: 'token', exec: { apiVersion: 'v1', command: './plugin' } });
  const loaded = loadKubeconfig({ environment: { KUBECONFIG: path } });
  assert.equal(loaded.tokenFile, join(folder, 'token'));
  assert.deepEqual(loaded.exec, {
    command: join(folder, 'plugin'),
    args: [],
    env: { KUBERNETES_EXEC_INFO: '{"kind":"ExecCredential","apiVersion":"v1","spec":{"interactive":false}}' },
    installHint: undefined,
  });
  // The client must not run it a second time.
  assert.equal(loaded.config.getCurrentUser()?.exec, undefined);
});
