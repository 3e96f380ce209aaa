// The systemd unit of the agent. Everything that it need not do is taken away from it; BIRD outlives it.

import { type ListenAddress, renderListenAddress } from '../../agent/metrics/listen-address.ts';

/** What the unit starts. */
export interface SystemdUnitOptions {
  /** Policy files or directories. */
  readonly policy: readonly string[];
  /** Path of manifests; absent: the live cluster. */
  readonly cluster: string | undefined;
  /** Where the agent serves metrics over TCP. */
  readonly metrics?: ListenAddress | undefined;
  /** Whether it writes Events on Services. */
  readonly events?: boolean;
  /** What agent and BIRD may do, without `CAP_`. */
  readonly capabilities: readonly string[];
}

/** `bellbird.service`. */
export function renderSystemdUnit({ policy, cluster, metrics, events, capabilities }: SystemdUnitOptions): string {
  const args = [
    ...['run', ...policy.flatMap((path) => ['--policy', path]), '--log-format', 'json'],
    ...(cluster === undefined ? [] : ['--cluster', cluster]),
    ...(metrics === undefined ? [] : ['--metrics', renderListenAddress(metrics)]),
    ...(events === true ? ['--events'] : []),
  ];
  const granted = capabilities.map((name) => `CAP_${name}`).join(' ');
  return UNIT.replaceAll('@BELLBIRD@', EXECUTABLE)
    .replace('@ARGS@', () => args.map(quote).join(' '))
    .replaceAll('@CAPABILITIES@', () => granted);
}

/** A word of ExecStart: `%` and `$` would be replaced there, and a space would end it. */
function quote(word: string): string {
  const escaped = word
    .replaceAll('%', '%%')
    .replaceAll('$', () => '$$')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"');
  return /^[-\w./@:%$[\]]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

const EXECUTABLE = '/usr/local/bin/bellbird';

const UNIT = `# Made by \`bellbird generate systemd\`. As root:
#   useradd --system --no-create-home --shell /usr/sbin/nologin bellbird
#   install -m 755 bellbird /usr/local/bin/bellbird
#   install -d -m 750 -g bellbird /etc/bellbird
#   bellbird generate systemd > /etc/systemd/system/bellbird.service
#   systemctl daemon-reload && systemctl enable --now bellbird

[Unit]
Description=bellbird: advertises Kubernetes service IPs over BGP
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=@BELLBIRD@ @ARGS@
ExecReload=/bin/kill -HUP $MAINPID
Environment=KUBECONFIG=/etc/bellbird/kubeconfig
User=bellbird
Group=bellbird
# \`bellbird stop --withdraw\` is not followed by a new start.
Restart=on-failure
RestartSec=1

# Readiness, status and signs of life come through systemd-notify, which is a child of the agent.
Type=notify
NotifyAccess=all
WatchdogSec=60

# BIRD goes on announcing when the agent stops, and the next agent finds it where it was.
# \`bellbird stop --withdraw\` ends both.
KillMode=process
# When the machine goes down, routes go first: nothing would answer at their addresses.
ExecStop=+/bin/sh -c '[ "$(systemctl is-system-running)" != stopping ] || exec @BELLBIRD@ stop --withdraw --runtime-dir /run/bellbird'
RuntimeDirectory=bellbird
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=yes
StateDirectory=bellbird
StateDirectoryMode=0700

# Port 179; the priority of BFD's packets; and the kernel's routes where the policy has to do with them.
AmbientCapabilities=@CAPABILITIES@
CapabilityBoundingSet=@CAPABILITIES@

# MemoryDenyWriteExecute is not set: JavaScript is compiled while it runs.
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
RemoveIPC=yes
UMask=0077
OOMScoreAdjust=-900

[Install]
WantedBy=multi-user.target
`;
