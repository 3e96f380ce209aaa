// Whether two trees say the same: every field but the places in the text. With an explicit stack, so that no depth of
// nesting is too deep.

const PLACES: ReadonlySet<string> = new Set(['span', 'at', 'source']);

/** True if the trees differ in nothing but spans. */
export function isSameTree(a: unknown, b: unknown): boolean {
  const pairs: (readonly [unknown, unknown])[] = [[a, b]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [left, right] = pair;
    if (!isObject(left) || !isObject(right)) {
      if (!Object.is(left, right)) return false;
      continue;
    }
    const [leftFields, rightFields] = [fieldsOf(left), fieldsOf(right)];
    if (leftFields.length !== rightFields.length || Array.isArray(left) !== Array.isArray(right)) return false;
    const byName = new Map(rightFields);
    for (const [name, value] of leftFields) {
      if (!byName.has(name)) return false;
      pairs.push([value, byName.get(name)]);
    }
  }
  return true;
}

/** Fields in the tree; one that is undefined counts as absent. */
function fieldsOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([name, field]) => !PLACES.has(name) && field !== undefined);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
