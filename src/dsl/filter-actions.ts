// The actions of a filter by what they set, found in one walk: a check is about a few of them only.

import type { Action, FilterStatement, IntegerLiteral } from './ast.ts';

type CommunityAction = Extract<Action, { action: 'community' }>;
type NumberAction = Extract<Action, { value: IntegerLiteral }>;
type PathAction = Extract<Action, { action: 'prepend-as' }>;
type NextHopAction = Extract<Action, { action: 'next-hop' }>;

/** All actions of a filter, in order. */
export interface FilterActions {
  readonly communities: readonly CommunityAction[];
  readonly numbers: readonly NumberAction[];
  readonly paths: readonly PathAction[];
  readonly nextHops: readonly NextHopAction[];
}

/** Several checks ask for the same; a tree never changes. */
const known = new WeakMap<FilterStatement, FilterActions>();

/** What the rules of a filter do. */
export function actionsOf(filter: FilterStatement): FilterActions {
  const found = known.get(filter);
  if (found !== undefined) return found;
  const communities: CommunityAction[] = [];
  const numbers: NumberAction[] = [];
  const paths: PathAction[] = [];
  const nextHops: NextHopAction[] = [];
  const place = (action: Action): void => {
    switch (action.action) {
      case 'community':
        communities.push(action);
        return;
      case 'prepend-as':
        paths.push(action);
        return;
      case 'next-hop':
        nextHops.push(action);
        return;
      default:
        numbers.push(action);
    }
  };
  // With `forEach`, because until a loop is optimised V8 makes an object for each round of `for … of`.
  filter.rules.forEach(({ actions }) => void actions.forEach(place));
  const all = { communities, numbers, paths, nextHops };
  known.set(filter, all);
  return all;
}
