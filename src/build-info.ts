// What the build knows about itself, and the files it embeds. In the executable both come from the build; run from
// source, the version comes from package.json and the files from `dist/`, where the last build left the same ones.
// Nothing here is read before it is asked for, except package.json when run from source.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getRawAsset, isSea } from 'node:sea';

// Compiled in by the bundler; absent when run from source.
declare const __BELLBIRD_VERSION__: string | undefined;
declare const __BELLBIRD_COMMIT__: string | undefined;
declare const __BIRD_VERSION__: string | undefined;
declare const __BIRD_SHA256__: string | undefined;

/** Own version, as in package.json. */
export const version: string =
  typeof __BELLBIRD_VERSION__ === 'string' ? __BELLBIRD_VERSION__ : stringField('package.json', 'version', 'unknown');

/** The commit that the executable was built from (with `-dirty` after it if files had changed); `source` from source. */
export const commit: string = typeof __BELLBIRD_COMMIT__ === 'string' ? __BELLBIRD_COMMIT__ : 'source';

/** Version of the embedded BIRD, such as `2.17.5`; from source `unknown` before the first build. */
export const birdVersion: string =
  typeof __BIRD_VERSION__ === 'string' ? __BIRD_VERSION__ : stringField('dist/bird.json', 'version', 'unknown');

/** SHA-256 of the embedded BIRD in hexadecimal; undefined from source before the first build. */
export const birdSha256: string | undefined =
  typeof __BIRD_SHA256__ === 'string' ? __BIRD_SHA256__ : sourceBirdSha256();

/**
 * The embedded BIRD: one static executable, to be written to a private folder and compared with `birdSha256` before it
 * is started. The bytes may be the executable's own read-only pages: never write to them.
 * From source it is `dist/bird`, or the file that BELLBIRD_BIRD names; undefined before the first build.
 */
export function readEmbeddedBird(): Uint8Array | undefined {
  return readEmbedded('bird');
}

/** Licence texts and notices of everything in the executable; undefined from source before the first build. */
export function readEmbeddedLicenses(): string | undefined {
  const bytes = readEmbedded('licenses.txt');
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Path of an executable BIRD for tests run from source; undefined before the first build. */
export function sourceBirdPath(): string | undefined {
  return existing(process.env.BELLBIRD_BIRD ?? fromRoot('dist/bird'));
}

function readEmbedded(name: 'bird' | 'licenses.txt'): Uint8Array | undefined {
  if (isSea()) return new Uint8Array(getRawAsset(name));
  const path = name === 'bird' ? sourceBirdPath() : existing(fromRoot(`dist/${name}`));
  return path === undefined ? undefined : readFileSync(path);
}

function sourceBirdSha256(): string | undefined {
  const override = process.env.BELLBIRD_BIRD;
  if (override === undefined) return stringField('dist/bird.json', 'sha256', undefined);
  return existsSync(override) ? sha256(readFileSync(override)) : undefined;
}

function stringField<T>(file: string, field: string, otherwise: T): string | T {
  const path = existing(fromRoot(file));
  const content: unknown = path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8'));
  const value = typeof content === 'object' && content !== null ? Reflect.get(content, field) : undefined;
  return typeof value === 'string' ? value : otherwise;
}

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function fromRoot(path: string): string {
  return join(import.meta.dirname, '..', path);
}

/** Loading the module takes a tenth of the whole start of a short command, and only tests come here. */
function sha256(content: Uint8Array): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(content).digest('hex');
}
