// The two kinds of patches that the measurements send, as far as they use them: JSON patch with `replace` (RFC 6902) and
// JSON merge patch (RFC 7396).

/** The document with every `replace` carried out; the original stays as it was. */
export function applyJsonPatch(document: unknown, operations: readonly unknown[]): unknown {
  const copy: unknown = structuredClone(document);
  for (const operation of operations) {
    if (!isRecord(operation) || operation.op !== 'replace' || typeof operation.path !== 'string') {
      throw new Error(`only \`replace\` is understood: ${JSON.stringify(operation)}`);
    }
    const steps = operation.path.slice(1).split('/');
    const last = steps.pop() ?? '';
    const parent = steps.reduce(
      (value: unknown, step) =>
        Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined,
      copy,
    );
    if (!isRecord(parent) || !(last in parent)) throw new Error(`nothing to replace at ${operation.path}`);
    parent[last] = operation.value;
  }
  return copy;
}

/** The document with the patch laid over it. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = applyMergePatch(merged[key], value);
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
