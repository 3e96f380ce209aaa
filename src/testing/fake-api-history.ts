// The objects of a fake API server with their whole history, and the rules by which an API server answers lists from it.

/** A Kubernetes object as JSON. */
export type Manifest = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string; readonly namespace?: string };
};

/** One step of the history. */
export interface ApiEvent {
  readonly version: number;
  readonly path: string;
  readonly key: string;
  /** With the version it had from then on; absent after a deletion. */
  readonly before: Manifest | undefined;
  readonly after: Manifest | undefined;
}

/** Everything that ever happened. */
export interface ApiHistory {
  readonly version: number;
  /** Watches from before this version are refused. */
  readonly compacted: number;
  readonly events: readonly ApiEvent[];
  put(object: Manifest): void;
  remove(kind: string, key: string): void;
  /** Forgets what was before now, as etcd does every five minutes. */
  compact(): void;
  /** Lets versions pass that concern no object of ours. */
  skip(versions: number): void;
  /** Objects below a path at a version. */
  at(path: string, version: number): readonly Manifest[];
  list(path: string, query: Readonly<Record<string, string>>, cache: CacheState): ListAnswer;
}

/** What of the server's state decides about a list. */
export interface CacheState {
  readonly cacheVersion: number;
  readonly pageSize: number;
  readonly ignoresLimitInCache: boolean;
}

/** The answer to a list. */
export type ListAnswer =
  | { readonly kind: 'page'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly cause?: string };

const PATHS: Readonly<Record<string, string>> = {
  Service: '/api/v1/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
  Node: '/api/v1/nodes',
  Secret: '/api/v1/secrets',
};

/** Creates an empty history; as in etcd, the first version is not 0. */
export function createApiHistory(): ApiHistory {
  const events: ApiEvent[] = [];
  const live = new Map<string, Manifest>();
  let version = 1;
  let compacted = 0;
  const record = (kind: string, key: string, object: Manifest | undefined) => {
    const path = pathOf(kind);
    const before = live.get(`${path} ${key}`);
    if (before === undefined && object === undefined) return;
    version++;
    const after = object && stamp(object, version);
    if (after === undefined) live.delete(`${path} ${key}`);
    else live.set(`${path} ${key}`, after);
    events.push({ version, path, key, before, after });
  };
  const history: ApiHistory = {
    get version() {
      return version;
    },
    get compacted() {
      return compacted;
    },
    events,
    put: (object) => record(object.kind, keyOf(object), object),
    remove: (kind, key) => record(kind, key, undefined),
    compact: () => {
      compacted = version;
    },
    skip: (versions) => {
      version += versions;
    },
    at: (path, at) => fold(events, path, at),
    list: (path, query, cache) => answerList(history, path, query, cache),
  };
  return history;
}

/** `shop/cart`, or the bare name of a Node. */
export function keyOf({ metadata }: Manifest): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** True if the object is below the path, which may name a namespace, and the selectors choose it. */
export function isSelected(object: Manifest, path: string, query: Readonly<Record<string, string>>): boolean {
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
  return (
    (namespace === undefined || object.metadata.namespace === namespace) &&
    terms(query.labelSelector).every((term) => holdsForLabels(object, term)) &&
    terms(query.fieldSelector).every((term) => holdsForFields(object, term))
  );
}

/** The path of the whole cluster for a path of one namespace. */
export function clusterPath(path: string): string {
  return path.replace(/\/namespaces\/[^/]+/, '');
}

function answerList(
  history: ApiHistory,
  path: string,
  query: Readonly<Record<string, string>>,
  cache: CacheState,
): ListAnswer {
  const [version, offset] = startOf(history, query, cache);
  if (version === 'expired')
    return { kind: 'refused', code: 410, message: 'the provided continue parameter is too old' };
  if (version > cache.cacheVersion && query.resourceVersion !== undefined) {
    return { kind: 'refused', code: 504, message: 'Too large resource version', cause: 'ResourceVersionTooLarge' };
  }
  const objects = history.at(clusterPath(path), version).filter((object) => isSelected(object, path, query));
  const limited = !(cache.ignoresLimitInCache && query.resourceVersion === '0');
  const limit = limited ? Math.min(Number(query.limit ?? Number.POSITIVE_INFINITY), cache.pageSize) : objects.length;
  const items = objects.slice(offset, offset + limit);
  const rest = objects.length - offset - items.length;
  const token = rest > 0 && query.limit !== undefined ? { continue: `${version}:${offset + items.length}` } : {};
  const kind = Object.keys(PATHS).find((name) => PATHS[name] === clusterPath(path)) ?? 'Unknown';
  // The items of a typed list have neither kind nor version.
  const bare = (token.continue === undefined ? objects.slice(offset) : items).map(
    ({ kind: _, apiVersion: __, ...rest }) => rest,
  );
  const metadata = { resourceVersion: String(version), ...token };
  return { kind: 'page', body: { kind: `${kind}List`, apiVersion: 'v1', metadata, items: bare } };
}

function startOf(
  history: ApiHistory,
  query: Readonly<Record<string, string>>,
  { cacheVersion }: CacheState,
): readonly [number | 'expired', number] {
  if (query.continue !== undefined) {
    const [version = 0, offset = 0] = query.continue.split(':').map(Number);
    return [version < history.compacted ? 'expired' : version, offset];
  }
  if (query.resourceVersion === undefined) return [history.version, 0];
  return [Math.max(cacheVersion, Number(query.resourceVersion)), 0];
}

function fold(events: readonly ApiEvent[], path: string, at: number): readonly Manifest[] {
  const objects = new Map<string, Manifest>();
  for (const event of events) {
    if (event.path !== path || event.version > at) continue;
    if (event.after === undefined) objects.delete(event.key);
    else objects.set(event.key, event.after);
  }
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** The object as it is stored: with its version, and with the bookkeeping that real ones carry. */
export function stamp(object: Manifest, version: number): Manifest {
  const managedFields = [{ manager: 'test', operation: 'Update', fieldsV1: { 'f:spec': {} } }];
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version), managedFields } };
}

function pathOf(kind: string): string {
  const path = PATHS[kind];
  if (path === undefined) throw new Error(`the fake API server knows no ${kind}`);
  return path;
}

function terms(selector: string | undefined): readonly string[] {
  return (selector ?? '').split(',').filter((term) => term !== '');
}

function holdsForLabels({ metadata }: Manifest, term: string): boolean {
  const labels = Object.keys(metadata.labels ?? {});
  return term.startsWith('!') ? !labels.includes(term.slice(1)) : labels.includes(term);
}

function holdsForFields(object: Manifest, term: string): boolean {
  const [field = '', value = ''] = term.split('=');
  const spec: unknown = object.spec;
  const type = typeof spec === 'object' && spec !== null && 'type' in spec ? spec.type : undefined;
  return field === 'metadata.name' ? object.metadata.name === value : field === 'spec.type' && type === value;
}
