/** Marks a switch as complete: the compiler refuses a call with a value that a case was forgotten for. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
