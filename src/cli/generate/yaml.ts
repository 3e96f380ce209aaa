// API objects as YAML documents.

import { Document } from 'yaml';
import type { ApiObject } from '../../kube/index.ts';

export type { ApiObject } from '../../kube/index.ts';

/** One document for each object. Without anchors: two equal lists are no reason for `*a1`. */
export function encodeYaml(objects: readonly ApiObject[]): string {
  return objects
    .map((object) => new Document(object, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 }))
    .join('---\n');
}
