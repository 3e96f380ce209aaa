// A kustomize base that runs the agent on every node: namespace, service account, rights, policy and DaemonSet, and a
// Dockerfile for the image.

import { type ListenAddress, renderListenAddress } from '../../agent/metrics/listen-address.ts';
import { type ApiObject, encodeYaml } from './yaml.ts';

/** What the base is made from. */
export interface DaemonSetOptions {
  readonly namespace: string;
  readonly image: string;
  /** Where the agents serve metrics over TCP. */
  readonly metrics?: ListenAddress | undefined;
  /** Whether they write Events on Services. */
  readonly events?: boolean;
  readonly rbac: readonly ApiObject[];
  /** Text of the policy by file name. */
  readonly policy: Readonly<Record<string, string>>;
  /** What agent and BIRD may do, without `CAP_`. */
  readonly capabilities: readonly string[];
  /** Debian packages that the policy needs in the image. */
  readonly packages: readonly string[];
}

/** Content by file name. */
export function renderDaemonSet(options: DaemonSetOptions): Readonly<Record<string, string>> {
  const { namespace, rbac, policy } = options;
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'bellbird', namespace } };
  return {
    'kustomization.yaml': encodeYaml([kustomization(namespace, Object.keys(policy))]),
    'namespace.yaml': encodeYaml([namespaceObject(namespace)]),
    'rbac.yaml': encodeYaml([account, ...rbac]),
    'daemonset.yaml': encodeYaml([daemonSet(options)]),
    Dockerfile: renderDockerfile(options.packages),
    ...Object.fromEntries(Object.entries(policy).map(([name, text]) => [`policy/${name}`, text])),
  };
}

function kustomization(namespace: string, files: readonly string[]): ApiObject {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['namespace.yaml', 'rbac.yaml', 'daemonset.yaml'],
    configMapGenerator: [{ name: 'bellbird-policy', namespace, files: files.map((name) => `policy/${name}`) }],
    // The agent follows the files: a new policy must not restart it, as a new name would.
    generatorOptions: { disableNameSuffixHash: true },
  };
}

function namespaceObject(name: string): ApiObject {
  // The network of the host is for privileged namespaces only.
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function daemonSet(options: DaemonSetOptions): ApiObject {
  const { metrics, namespace } = options;
  const labels = { 'app.kubernetes.io/name': 'bellbird' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'bellbird', namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: { metadata: { labels, ...scraping(metrics) }, spec: podSpec(options) },
    },
  };
}

// In the folder, because the mounted one belongs to everybody.
const RUNTIME = '/run/bellbird/agent';
const STATUS = { exec: { command: ['/bellbird', 'status', '--runtime-dir', RUNTIME] }, timeoutSeconds: 10 };

/** What collectors look for that find pods by themselves. */
function scraping(metrics: ListenAddress | undefined): ApiObject {
  if (metrics === undefined) return {};
  const annotations = {
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(metrics.port),
    'prometheus.io/path': '/metrics',
  };
  return { annotations };
}

function podSpec(options: DaemonSetOptions): ApiObject {
  return {
    serviceAccountName: 'bellbird',
    hostNetwork: true,
    dnsPolicy: 'Default',
    // Somebody has to reap what a BIRD leaves behind.
    shareProcessNamespace: true,
    priorityClassName: 'system-node-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ operator: 'Exists' }],
    terminationGracePeriodSeconds: 10,
    containers: [agentContainer(options)],
    volumes: [
      { name: 'policy', configMap: { name: 'bellbird-policy' } },
      // The next pod has to know that a BIRD ended here, and peers keep its routes; a boot of the node empties it.
      { name: 'run', hostPath: { path: '/run/bellbird', type: 'DirectoryOrCreate' } },
      { name: 'state', hostPath: { path: '/var/lib/bellbird', type: 'DirectoryOrCreate' } },
    ],
  };
}

function agentContainer({ image, metrics, events, capabilities }: DaemonSetOptions): ApiObject {
  const wishes = [
    ...(metrics === undefined ? [] : ['--metrics', renderListenAddress(metrics)]),
    ...(events === true ? ['--events'] : []),
  ];
  return {
    name: 'bellbird',
    image,
    args: ['run', '--policy', '/etc/bellbird', '--log-format', 'json', '--runtime-dir', RUNTIME, ...wishes],
    env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    ...(metrics === undefined ? {} : { ports: [{ name: 'metrics', containerPort: metrics.port }] }),
    startupProbe: { ...STATUS, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...STATUS, periodSeconds: 30 },
    livenessProbe: { ...STATUS, periodSeconds: 30, failureThreshold: 5 },
    resources: { requests: { cpu: '50m', memory: '128Mi' } },
    securityContext: {
      // Kubernetes gives capabilities to root only; root is left with nothing else.
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: capabilities },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      { name: 'policy', mountPath: '/etc/bellbird', readOnly: true },
      { name: 'run', mountPath: '/run/bellbird' },
      { name: 'state', mountPath: '/var/lib/bellbird' },
    ],
  };
}

function renderDockerfile(packages: readonly string[]): string {
  return packages.length === 0 ? `${DISTROLESS}${FROM}${COPY}` : `${WITH_PACKAGES}${FROM}${install(packages)}${COPY}`;
}

const DISTROLESS = `# Put the executable beside this file. It needs glibc and libstdc++ of its base and nothing else, no shell either, so that
# a distroless base will do as well.
`;
const WITH_PACKAGES = `# Put the executable beside this file. It needs glibc and libstdc++ of its base; the policy also needs the packages below.
`;
const FROM = `ARG BASE=debian:13-slim
FROM \${BASE}
`;
const COPY = `COPY --chmod=755 bellbird /bellbird
ENTRYPOINT ["/bellbird"]
`;

function install(packages: readonly string[]): string {
  return `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*
`;
}
