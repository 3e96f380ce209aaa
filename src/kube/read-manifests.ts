// Manifests read once, for the commands that answer and exit. What cannot be read is left out and reported; whether
// that is a failure is for the command to say.

import type { Snapshot } from '../engine/snapshot.ts';
import { listManifests, readManifest } from './manifest-files.ts';
import { type ManifestFile, mergeManifests } from './merge-manifests.ts';
import type { SourceProblem } from './source.ts';

/** Reads files and folders of manifests into one snapshot; problems stand in the order of the files. */
export async function readManifests(
  paths: readonly string[],
): Promise<{ readonly snapshot: Snapshot; readonly problems: readonly SourceProblem[] }> {
  const problems: SourceProblem[] = [];
  const files: ManifestFile[] = [];
  for (const file of new Set((await Promise.all(paths.map((path) => filesOf(path, problems)))).flat())) {
    const objects = await readFileInto(file, problems);
    files.push({ path: file, objects, doubtful: false });
  }
  const merged = mergeManifests(files);
  return { snapshot: merged.snapshot, problems: [...problems, ...merged.problems] };
}

async function filesOf(path: string, problems: SourceProblem[]): Promise<readonly string[]> {
  const listing = await listManifests(path);
  if (listing.kind !== 'files') {
    problems.push({ where: path, message: listing.message });
    return [];
  }
  if (listing.files.length === 0) problems.push({ where: path, message: NO_FILES });
  return listing.files;
}

const NO_FILES = 'the folder has no *.yaml, *.yml or *.json file';

async function readFileInto(file: string, problems: SourceProblem[]): Promise<ManifestFile['objects']> {
  const reading = await readManifest(file);
  if (reading.kind !== 'read') {
    problems.push({ where: file, message: reading.message });
    return [];
  }
  if (reading.text.kind === 'broken') {
    problems.push({ where: placeIn(file, reading.text.line), message: reading.text.message });
    return [];
  }
  problems.push(...reading.text.refused.map(({ line, message }) => ({ where: placeIn(file, line), message })));
  return reading.text.objects;
}

function placeIn(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}
