import { birdSha256, birdVersion, commit, version } from '../build-info.ts';

/** What `version -o json` prints; `null` where something is known to be absent. */
export interface Versions {
  readonly apiVersion: 'bellbird/v1';
  readonly kind: 'Version';
  readonly version: string;
  readonly commit: string;
  readonly bird: { readonly version: string; readonly sha256: string | null };
  readonly node: string;
  readonly platform: string;
}

/** The versions of this process. */
export function collectVersions(): Versions {
  return {
    apiVersion: 'bellbird/v1',
    kind: 'Version',
    version,
    commit,
    bird: { version: birdVersion, sha256: birdSha256 ?? null },
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  };
}

/** One line per component. */
export function renderVersions(versions: Versions): string {
  return [
    `bellbird ${versions.version} (commit ${versions.commit}, ${versions.platform})`,
    `BIRD     ${versions.bird.version} (embedded)`,
    `Node.js  ${versions.node}`,
    '',
  ].join('\n');
}
