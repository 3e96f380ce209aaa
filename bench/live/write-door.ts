// Writes to the test server over HTTP, which itself only answers what an agent asks: objects are created, merged and
// patched as an API server does it, and the answer is sent after the watches were told.

import { createServer, type IncomingMessage } from 'node:http';
import type { FakeApiServer, Manifest } from '../../src/testing/fake-api-server.ts';
import { portOf } from '../../src/testing/port-of.ts';
import { applyJsonPatch, applyMergePatch } from './patches.ts';

/** Opens the door on a free loopback port and returns its address. */
export async function openWriteDoor(target: FakeApiServer): Promise<string> {
  const objects = new Map<string, Manifest>();
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    const body: unknown = JSON.parse(await readText(request));
    const written = request.method === 'POST' ? readManifest(body) : patch(objects.get(objectPath(path)), body);
    if (written === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    const place = request.method === 'POST' ? `${path}/${written.metadata.name}` : objectPath(path);
    objects.set(place, written);
    // Namespaces are not listed by anybody.
    if (written.kind !== 'Namespace') target.put(written);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(written));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${portOf(server)}`;
}

/** The status of an object is a part of it here. */
function objectPath(path: string): string {
  return path.replace(/\/status$/, '');
}

function patch(object: Manifest | undefined, body: unknown): Manifest | undefined {
  if (object === undefined) return undefined;
  return readManifest(Array.isArray(body) ? applyJsonPatch(object, body) : applyMergePatch(object, body));
}

function readManifest(value: unknown): Manifest {
  if (!isManifest(value)) throw new Error('not a Kubernetes object');
  return value;
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'kind' in value && 'metadata' in value;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
