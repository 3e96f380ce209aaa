// An Event on a Service, as `kubectl describe service` shows it.

/** What happened to a Service on one node. Moments are milliseconds since 1970. */
export interface ServiceEvent {
  readonly namespace: string;
  /** Of the Service. */
  readonly name: string;
  readonly node: string;
  /** CamelCase, such as `nodeAssigned`. */
  readonly reason: string;
  readonly message: string;
  readonly firstAt: number;
  readonly lastAt: number;
  /** How often, between the two. */
  readonly count: number;
}

/** Writes Events; nobody waits for it. */
export interface EventWriter {
  /** Resolves with why it could not be written; undefined if it was. Never rejects. */
  write(event: ServiceEvent): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Name of what writes them, as users see it in the column `From`. */
const COMPONENT = 'bellbird';

/** The Event as the API takes it; `id` makes its name one of its own. */
export function encodeServiceEvent(event: ServiceEvent, uid: string | undefined, id: string): unknown {
  const { namespace, name, node, reason, message, firstAt, lastAt, count } = event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name: `${name.slice(0, 230)}.${id}` },
    involvedObject: { apiVersion: 'v1', kind: 'Service', namespace, name, ...(uid === undefined ? {} : { uid }) },
    type: 'Normal',
    reason,
    message: message.slice(0, 1_024),
    firstTimestamp: toMoment(firstAt),
    lastTimestamp: toMoment(lastAt),
    count,
    source: { component: COMPONENT, host: node },
    reportingComponent: COMPONENT,
    reportingInstance: node,
  };
}

/** The API counts in seconds here. */
function toMoment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
