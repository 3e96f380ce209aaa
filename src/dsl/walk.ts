// Walking the tree without knowing every node: the children of a node are what it holds that has a `kind` and a `span`.

import type { AstNode } from './ast.ts';

/** Calls `visit` for the node and everything below it, parents first. */
export function walk(node: AstNode, visit: (node: AstNode) => void): void {
  visit(node);
  for (const child of children(node)) walk(child, visit);
}

/** The nodes directly below a node, in the order of its fields. */
export function children(node: AstNode): readonly AstNode[] {
  const found: AstNode[] = [];
  for (const value of Object.values(node)) collectNodes(value, found);
  return found;
}

function collectNodes(value: unknown, found: AstNode[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collectNodes(item, found);
  } else if (isNode(value)) {
    found.push(value);
  } else if (isHolder(value)) {
    for (const item of Object.values(value)) collectNodes(item, found);
  }
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'span' in value;
}

/** A plain object between nodes, such as a peer's address; a span is none. */
function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'form' in value;
}
