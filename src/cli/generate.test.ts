import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { compilePolicy } from '../engine/testdata/compile-policy.ts';
import { capabilitiesOf } from './generate/capabilities.ts';
import { rbacManifests } from './generate/rbac-manifests.ts';
import { renderSystemdUnit } from './generate/systemd-unit.ts';
import { capture } from './testdata/capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'bellbird-generate-'));
after(() => rmSync(folder, { recursive: true }));

const HEAD = 'speaker { as 64512 }\npeer tor-a { address 192.0.2.1  as 64500 }\n';
const path = join(folder, 'edge.bell');
writeFileSync(path, `${HEAD}range vips load-balancer-ip 198.51.100.0/24\n`);

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test('the systemd unit is one that systemd accepts, and keeps BIRD alive', {
  skip: hasSystemd ? false : 'systemd-analyze is not installed',
}, () => {
  const unit = renderSystemdUnit({
    policy: ['/etc/bellbird'],
    cluster: undefined,
    capabilities: capabilitiesOf(undefined),
  });
  assert.match(unit, /^KillMode=process$/m);
  assert.match(unit, /^RuntimeDirectoryPreserve=yes$/m);
  assert.match(unit, /^ExecStop=\+.* != stopping .* stop --withdraw --runtime-dir \/run\/bellbird'$/m);
  const file = join(folder, 'bellbird-test.service');
  // A program that is there.
  writeFileSync(file, unit.replace('ExecStart=/usr/local/bin/bellbird', 'ExecStart=/bin/sh'));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('the systemd unit quotes what would mean something else there', () => {
  const unit = renderSystemdUnit({
    policy: ['/etc/my policy', '/etc/100%'],
    cluster: '/srv/$a',
    capabilities: ['NET_RAW'],
  });
  assert.match(unit, /^ExecStart=.* run --policy "\/etc\/my policy" --policy \/etc\/100%% .* --cluster \/srv\/\$\$a$/m);
});

test('the systemd unit names policy and manifests by their whole paths, as systemd starts it in the root folder', async () => {
  const { out } = await capture(
    'generate',
    'systemd',
    '--policy',
    relative(process.cwd(), path),
    '--cluster',
    'manifests',
  );
  const words = `run --policy ${path} --log-format json --cluster ${join(process.cwd(), 'manifests')}`;
  assert.ok(out.includes(`ExecStart=/usr/local/bin/bellbird ${words}\n`), out);
  const live = await capture('generate', 'systemd', '--policy', path, '--cluster', 'kube');
  assert.match(live.out, /^ExecStart=.* --log-format json$/m);
});

test('unit and DaemonSet may change the kernel exactly where the policy does', async () => {
  const installing = join(folder, 'installing.bell');
  writeFileSync(installing, readFileSync(path, 'utf8').replace('as 64512', 'as 64512 install routes'));
  const unitOf = async (policy: string) => {
    const { out, err } = await capture('generate', 'systemd', '--policy', policy);
    return { err, sets: [...out.matchAll(/^(?:Ambient|CapabilityBounding).*?=(.*)$/gm)].map(([, set]) => set) };
  };
  const usual = 'CAP_NET_BIND_SERVICE CAP_NET_RAW';
  assert.deepEqual(await unitOf(path), { err: '', sets: [usual, usual] });
  const wide = `${usual} CAP_NET_ADMIN`;
  assert.deepEqual(await unitOf(installing), { err: '', sets: [wide, wide] });
  const absent = await unitOf(join(folder, 'not-here.bell'));
  assert.deepEqual(absent.sets, [usual, usual]);
  assert.match(absent.err, /^note: there is no `.*not-here\.bell` here/);
  const target = join(folder, 'deploy-installing');
  await capture('generate', 'daemonset', target, '--policy', installing);
  const { spec } = parse(readFileSync(join(target, 'daemonset.yaml'), 'utf8')).spec.template;
  assert.deepEqual(spec.containers[0].securityContext.capabilities.add, ['NET_BIND_SERVICE', 'NET_RAW', 'NET_ADMIN']);
});

test('the roles have what the policy needs and nothing else', async () => {
  const { code, out } = await capture('generate', 'rbac', '--policy', path, '--namespace', 'net');
  assert.equal(code, 0);
  const [role, binding, ...rest] = parseAllDocuments(out).map((document): unknown => document.toJS());
  assert.deepEqual(rest, []);
  const verbs = ['get', 'list', 'watch'];
  assert.deepEqual(role, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'bellbird' },
    rules: [
      { apiGroups: [''], resources: ['nodes', 'services'], verbs },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
    ],
  });
  assert.deepEqual(binding, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'bellbird' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'bellbird' },
    subjects: [{ kind: 'ServiceAccount', name: 'bellbird', namespace: 'net' }],
  });
});

test('a policy that names a Secret gets a Role for that one', () => {
  const policy = compilePolicy(`${HEAD}peer tor-b { address 192.0.2.2 as 64500 password secret bgp/fabric key "tor" }`);
  const role = rbacManifests(policy, 'net').find(({ kind }) => kind === 'Role');
  const rule = { apiGroups: [''], resources: ['secrets'], resourceNames: ['fabric'], verbs: ['get', 'list', 'watch'] };
  assert.deepEqual([role?.metadata, role?.rules], [{ name: 'bellbird', namespace: 'bgp' }, [rule]]);
});

test('a policy that names its namespaces gets a Role in each', () => {
  const policy = compilePolicy(`${HEAD}range vips load-balancer-ip 198.51.100.0/24 for shop/*`);
  const kinds = rbacManifests(policy, 'bellbird').map(({ kind, metadata }) => [kind, metadata]);
  assert.deepEqual(kinds, [
    ['ClusterRole', { name: 'bellbird' }],
    ['ClusterRoleBinding', { name: 'bellbird' }],
    ['Role', { name: 'bellbird', namespace: 'shop' }],
    ['RoleBinding', { name: 'bellbird', namespace: 'shop' }],
  ]);
});

test('the DaemonSet comes with all that it needs, and never over files that are there', async () => {
  const target = join(folder, 'deploy');
  const args = ['generate', 'daemonset', target, '--policy', path, '--image', 'images.example.org/bellbird:1'];
  const first = await capture(...args);
  assert.deepEqual([first.code, first.out], [0, '']);
  const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.deepEqual(files.map(({ name }) => name).sort(), [
    'Dockerfile',
    'daemonset.yaml',
    'edge.bell',
    'kustomization.yaml',
    'namespace.yaml',
    'rbac.yaml',
  ]);
  assert.equal(readFileSync(join(target, 'policy/edge.bell'), 'utf8'), readFileSync(path, 'utf8'));
  const { spec } = parse(readFileSync(join(target, 'daemonset.yaml'), 'utf8')).spec.template;
  assert.equal(spec.hostNetwork, true);
  assert.equal(spec.containers[0].image, 'images.example.org/bellbird:1');
  assert.deepEqual(spec.containers[0].securityContext.capabilities, {
    drop: ['ALL'],
    add: ['NET_BIND_SERVICE', 'NET_RAW'],
  });
  const mounted = spec.containers[0].volumeMounts.map(({ name }: { readonly name: string }) => name);
  assert.deepEqual(
    mounted,
    spec.volumes.map(({ name }: { readonly name: string }) => name),
  );
  const kustomization = parse(readFileSync(join(target, 'kustomization.yaml'), 'utf8'));
  assert.deepEqual(kustomization.configMapGenerator[0].files, ['policy/edge.bell']);
  const second = await capture(...args);
  assert.equal(second.code, 2);
  assert.match(second.err, /is there already and is not overwritten/);
});

test('what is installed with --metrics serves them, and says where to scrape', async () => {
  const unit = await capture('generate', 'systemd', '--metrics', '[::1]:7475');
  assert.match(unit.out, /^ExecStart=.* --metrics \[::1\]:7475$/m);
  const target = join(folder, 'with-metrics');
  await capture('generate', 'daemonset', target, '--policy', path, '--metrics', '0.0.0.0:7475');
  const { metadata, spec } = parse(readFileSync(join(target, 'daemonset.yaml'), 'utf8')).spec.template;
  const annotations = {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '7475',
    'prometheus.io/path': '/metrics',
  };
  assert.deepEqual(metadata.annotations, annotations);
  assert.deepEqual(spec.containers[0].ports, [{ name: 'metrics', containerPort: 7475 }]);
  assert.deepEqual(spec.containers[0].args.slice(-2), ['--metrics', '0.0.0.0:7475']);
});

test('the right to write Events is there only where they are wanted', async () => {
  const rule = { apiGroups: [''], resources: ['events'], verbs: ['create'] };
  const policy = compilePolicy(`${HEAD}range vips load-balancer-ip 198.51.100.0/24 for shop/*`);
  const rulesOf = (events: boolean) =>
    rbacManifests(policy, 'bellbird', { events }).flatMap(({ kind, rules }) =>
      JSON.stringify(rules)?.includes('events') ? [kind, rules] : [],
    );
  assert.deepEqual(rulesOf(false), []);
  const [kind, rules] = rulesOf(true);
  assert.equal(kind, 'Role', 'in the namespace of the Services, and nowhere else');
  assert.deepEqual(Array.isArray(rules) && rules.at(-1), rule);
  const unit = await capture('generate', 'systemd', '--events');
  assert.match(unit.out, /^ExecStart=.* --events$/m);
  const roles = await capture('generate', 'rbac', '--policy', path, '--events');
  assert.match(roles.out, /- events\n {4}verbs:\n {6}- create\n/);
});

test('a policy that does not check is installed nowhere', async () => {
  const broken = join(folder, 'broken.bell');
  writeFileSync(broken, 'speaker {');
  const { code, out } = await capture('generate', 'rbac', '--policy', broken);
  assert.deepEqual({ code, out }, { code: 1, out: '' });
});
