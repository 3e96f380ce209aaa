// Where the cluster is read: manifests on disk, and the decoding of Kubernetes API objects.

export type { Clock } from '../clock.ts';
export { listManifests, lookUpVersion } from './manifest-files.ts';
export { createManifestSource, type ManifestSourceOptions } from './manifest-source.ts';
export { readManifests } from './read-manifests.ts';
export type { Source, SourceObserver, SourceProblem } from './source.ts';
