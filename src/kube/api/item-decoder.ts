// API objects as they come over the wire -> stored objects: decoded, cut down to what the policy can ask for, with their
// version. What does not decode is reported once, again when something else is wrong with it, and when it is over.

import type { ClusterObject, ObjectKey } from '../../engine/objects.ts';
import { objectKey } from '../../engine/objects.ts';
import { decodeObject, type ObjectId } from '../decode.ts';
import { type FieldProblem, renderFieldPath } from '../fields.ts';
import { resourceType } from '../resources.ts';
import type { SourceProblem } from '../source.ts';
import type { WatchTarget } from '../watch-target.ts';
import { renderTarget } from '../watch-target.ts';
import type { StoredObject } from './object-store.ts';
import { readVersion } from './watch-lines.ts';

/** Decodes one object. Without `stored` it could not be read; without `key` not even its name. */
export type DecodeItem = (
  value: unknown,
  /** The object is no more, so that nothing is wrong with it either. */
  isGone?: boolean,
) => {
  readonly key: ObjectKey | undefined;
  readonly stored: StoredObject | undefined;
};

/** Creates the decoder of one list-watch. */
export function createItemDecoder(
  target: WatchTarget,
  trim: (object: ClusterObject) => ClusterObject,
  onProblem: (problem: SourceProblem) => void,
  onProblemOver: (problem: SourceProblem) => void,
): DecodeItem {
  const type = resourceType(target.resource);
  const reported = new Map<string, string>();
  const forget = (where: string) => {
    const message = reported.get(where);
    if (message === undefined) return;
    reported.delete(where);
    onProblemOver({ where, message });
  };
  const refuse = (id: ObjectId | undefined, problems: readonly FieldProblem[]) => {
    const where = id ?? renderTarget(target);
    const message = `${problems.map(renderProblem).join('; ')}; left out, or kept as it was last readable`;
    if (reported.get(where) === message) return;
    forget(where);
    onProblem({ where, message });
    reported.set(where, message);
  };
  return (value, isGone = false) => {
    const decoded = decodeObject(value, type);
    if (decoded.kind === 'refused') {
      if (isGone) forget(decoded.id ?? '');
      else refuse(decoded.id, decoded.problems);
      return { key: keyOf(decoded.id), stored: undefined };
    }
    if (decoded.kind !== 'object' || decoded.object.kind !== type.kind) {
      refuse(undefined, [{ path: ['kind'], message: `expected \`${type.kind}\`` }]);
      return { key: undefined, stored: undefined };
    }
    const { object } = decoded;
    if (reported.size > 0) forget(`${object.kind} ${objectKey(object)}`);
    return { key: objectKey(object), stored: { object: trim(object), version: readVersion(value) ?? '' } };
  };
}

function renderProblem({ path, message }: FieldProblem): string {
  const place = renderFieldPath(path);
  return place === '' ? message : `${place}: ${message}`;
}

/** `Service shop/cart` -> `shop/cart`. */
function keyOf(id: ObjectId | undefined): ObjectKey | undefined {
  return id?.slice(id.indexOf(' ') + 1);
}
