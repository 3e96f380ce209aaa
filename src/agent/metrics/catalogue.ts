// Every metric there is, in the order in which they are exposed. Names and labels are API: dashboards and alerts rest on
// them, so that one is never renamed and never gets another label. No label has more values than the policy has peers,
// ranges and namespaces, or than there are codes: none is a service or an address of one.

/** One family of metrics. */
export interface MetricDefinition {
  readonly kind: 'gauge' | 'counter' | 'histogram';
  /** One sentence, for people who have never seen the code. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Values of the only label that are exposed before anything was counted. */
  readonly known?: readonly string[];
}

const SESSION = ['peer', 'address'] as const;
const WATCH = ['resource', 'namespace'] as const;

const gauge = <const L extends readonly string[]>(help: string, ...labels: L) =>
  ({ kind: 'gauge', help, labels }) as const;
const counter = <const L extends readonly string[]>(help: string, ...labels: L) =>
  ({ kind: 'counter', help, labels }) as const;
const histogram = (help: string) => ({ kind: 'histogram', help, labels: [] }) as const;
/** Counts by one label whose values are all known. */
const counterOf = (help: string, label: string, ...known: readonly string[]) =>
  ({ kind: 'counter', help, labels: [label], known }) as const;

/** All metrics by name. */
export const METRICS = {
  bellbird_build_info: gauge('Versions of the executable; always 1.', 'version', 'commit', 'bird_version'),
  bellbird_node_info: gauge('The node that the agent decides for; always 1.', 'node'),

  bellbird_bgp_session_up: gauge('Whether a BGP session is established.', ...SESSION),
  bellbird_bgp_session_state: gauge('1 for the state that a BGP session is in.', ...SESSION, 'state'),
  bellbird_bgp_session_info: gauge('The AS numbers of a BGP session; always 1.', ...SESSION, 'local_as', 'peer_as'),
  bellbird_bgp_session_uptime_seconds: gauge(
    'How long a BGP session has been established; 0 while it is not.',
    ...SESSION,
  ),
  bellbird_bgp_session_flaps_total: counter('How often a session of a peer that was established went down.', 'peer'),
  bellbird_bgp_session_last_error_info: gauge(
    'What ended a session, or keeps it down, in the words of BIRD; always 1.',
    ...SESSION,
    'error',
  ),
  bellbird_bgp_announced_prefixes: gauge('Prefixes that are advertised to a peer.', ...SESSION, 'family'),
  bellbird_bgp_received_prefixes: gauge('Prefixes that were received from a peer and accepted.', ...SESSION, 'family'),
  bellbird_bfd_session_up: gauge('Whether BFD sees the peer of a session that uses it.', ...SESSION),

  bellbird_routes_announced: gauge('Routes that BIRD was told to originate.', 'kind', 'form', 'family'),
  bellbird_routes_withheld: gauge('Addresses and aggregates that this node does not advertise, by reason.', 'reason'),
  bellbird_routes_waiting: gauge(
    'Routes that are due and wait: for `advertise-delay` (delayed), for `wait-for` (waiting), for `max-routes` of `guard` (held), or while the node is drained (draining).',
    'reason',
  ),
  bellbird_routes_kept: gauge('Routes that should be withdrawn and are kept announced by `guard`.'),
  bellbird_route_changes_total: counterOf(
    'Routes that were announced, withdrawn or given other attributes.',
    'change',
    'announced',
    'withdrawn',
    'changed',
  ),
  bellbird_node_drained: gauge('Whether `bellbird drain` takes the routes of this node away, or has.'),
  bellbird_node_excluded: gauge('Whether this node advertises nothing, by reason.', 'reason'),

  bellbird_policy_info: gauge(
    'The policy in effect: SHA-256 of its files, and whether it came from them (disk) or from what was last applied (last-good); always 1.',
    'sha256',
    'origin',
  ),
  bellbird_policy_last_reload_successful: gauge('Whether the policy files as they are now were accepted.'),
  bellbird_policy_last_reload_success_timestamp_seconds: gauge('When a policy last came into effect.'),
  bellbird_policy_stale: gauge(
    'Whether the policy in effect is not the one of the files: they were refused, or wait for the cluster.',
  ),
  bellbird_policy_reloads_total: counterOf(
    'Policies that were read from the files, by what became of them.',
    'result',
    'accepted',
    'refused',
  ),
  bellbird_last_good_timestamp_seconds: gauge('When policy and cluster were last saved for the next start.'),

  bellbird_cluster_complete: gauge('Whether everything that the policy needs of the cluster has been read.'),
  bellbird_cluster_recalled: gauge('Whether the cluster is known only from what an earlier agent saved.'),
  bellbird_cluster_objects: gauge('Objects of the cluster that decisions are made from.', 'resource'),
  bellbird_cluster_last_change_timestamp_seconds: gauge('When something that decisions read last changed.'),
  bellbird_cluster_staleness_seconds: gauge('How long ago the quietest of the watches last heard from the API server.'),

  bellbird_watch_connected: gauge('Whether a watch of this resource is open.', ...WATCH),
  bellbird_watch_staleness_seconds: gauge(
    'How long ago anything last came from the API server for this resource.',
    ...WATCH,
  ),
  bellbird_watch_last_contact_timestamp_seconds: gauge(
    'When anything last came from the API server for this resource.',
    ...WATCH,
  ),
  bellbird_watch_last_event_timestamp_seconds: gauge('When the last event came.', ...WATCH),
  bellbird_watch_last_bookmark_timestamp_seconds: gauge('When the last bookmark came.', ...WATCH),
  bellbird_watch_lists_total: counter(
    'Lists that were read to their end; each one after the first is a relist.',
    ...WATCH,
  ),
  bellbird_watch_requests_total: counter('Watches that were asked for.', ...WATCH),
  bellbird_watch_events_total: counter('Events that came, without bookmarks.', ...WATCH),
  bellbird_watch_bookmarks_total: counter('Bookmarks that came.', ...WATCH),
  bellbird_watch_changes_total: counter('Changes of something that decisions read.', ...WATCH),
  bellbird_watch_received_bytes_total: counter(
    'Bytes that came from the API server, compressed where they were.',
    ...WATCH,
  ),
  bellbird_watch_errors_total: counter('Failed lists and watches, by cause.', ...WATCH, 'cause'),

  bellbird_configures_total: counterOf(
    'States handed to BIRD, by what came of it.',
    'result',
    'changed',
    'unchanged',
    'refused',
    'failed',
  ),
  bellbird_configure_duration_seconds: histogram(
    'How long BIRD took to take a configuration that was another than the one it had.',
  ),
  bellbird_change_to_applied_seconds: histogram(
    'From the moment a change of cluster or policy was known until BIRD had its routes.',
  ),
  bellbird_bird_up: gauge('Whether BIRD is running and answers.'),
  bellbird_bird_info: gauge('The BIRD that is running; always 1.', 'version'),
  bellbird_bird_start_time_seconds: gauge('When BIRD was started.'),
  bellbird_bird_last_configured_timestamp_seconds: gauge('When BIRD last took a configuration.'),
  bellbird_bird_restarts_total: counter('How often BIRD ended unasked and was started again.'),
  bellbird_bird_resident_memory_bytes: gauge('Memory of BIRD.'),
  bellbird_bird_cpu_seconds_total: counter('Processor time of BIRD.'),

  bellbird_service_events_total: counterOf(
    'Events on Services, with `run --events`: written, failed, or dropped because there were too many.',
    'result',
    'written',
    'failed',
    'dropped',
  ),
  bellbird_problems: gauge('Problems that `bellbird status` lists at present, by code.', 'code'),

  process_start_time_seconds: gauge('When the agent was started.'),
  process_resident_memory_bytes: gauge('Memory of the agent.'),
  process_cpu_seconds_total: counter('Processor time of the agent.'),
  process_open_fds: gauge('Open files and connections of the agent.'),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Name of a metric. */
export type MetricName = keyof typeof METRICS;

type NamesOf<K extends MetricDefinition['kind']> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never;
}[MetricName];

export type CounterName = NamesOf<'counter'>;
export type HistogramName = NamesOf<'histogram'>;

/** One value of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Values by metric; one that is not there has none at present. */
export type Samples = Readonly<Partial<Record<Exclude<MetricName, HistogramName>, readonly Sample[]>>>;
