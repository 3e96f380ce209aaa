// Where the cluster is read: manifests on disk, and the decoding of Kubernetes API objects. What talks to a live cluster is
// `api/index.ts`, which is loaded only for one.

export type { Clock } from '../clock.ts';
export { decodeObject } from './decode.ts';
export { type ApiObject, encodeObject } from './encode.ts';
export { listManifests, lookUpVersion } from './manifest-files.ts';
export { createManifestSecrets, readManifestSecrets } from './manifest-secrets.ts';
export { createManifestSource, type ManifestSourceOptions } from './manifest-source.ts';
export { mergePlans } from './merge-plans.ts';
export { type RbacRule, type RbacScope, rbacScopes } from './rbac.ts';
export { readManifests } from './read-manifests.ts';
export {
  type SecretId,
  type SecretReading,
  type SecretRef,
  type SecretSource,
  secretName,
  secretsOf,
} from './secrets.ts';
export type { EventWriter, ServiceEvent } from './service-event.ts';
export type { Source, SourceObserver, SourceProblem } from './source.ts';
export { coversPlan, planEverything, planWatches, type WatchPlan } from './watch-plan.ts';
export { renderTarget, type WatchTarget } from './watch-target.ts';
