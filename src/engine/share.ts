// One object for equal values. Thousands of routes have the same few attributes and verdicts, and each would keep its own.

import { sameValue } from './same-value.ts';

/** Gives the value itself, or an equal one that the same owner had before. */
export type Share<Owner extends object, Value> = (owner: Owner, value: Value) => Value;

/** Remembers the last value of each owner, which nearly all others equal. */
export function createShare<Owner extends object, Value>(): Share<Owner, Value> {
  const last = new WeakMap<Owner, Value>();
  return (owner, value) => {
    const known = last.get(owner);
    if (known !== undefined && sameValue(known, value)) return known;
    last.set(owner, value);
    return value;
  };
}
