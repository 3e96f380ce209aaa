// URIs of the protocol and paths of the language. A document that is no file (`untitled:…`) has its URI for a path.

import { fileURLToPath, pathToFileURL } from 'node:url';

/** The path of a document. */
export function pathOf(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return fileURLToPath(uri);
  } catch {
    return uri;
  }
}

/** The URI of a path. */
export function uriOf(path: string): string {
  return path.startsWith('/') ? pathToFileURL(path).href : path;
}
