// What the loop counts and times while it works, as opposed to what can be read from its state at any time.

/** Told by the loop; never decides anything. Times are seconds. */
export interface Meters {
  /** A state was handed to BIRD. */
  configured(result: 'changed' | 'unchanged' | 'refused' | 'failed', duration: number): void;
  /** BIRD has the routes that a change leads to, so long after the change was known. */
  changeApplied(duration: number): void;
  routesChanged(counts: { readonly announced: number; readonly withdrawn: number; readonly changed: number }): void;
  /** The policy files were read and are another policy than before, or none. */
  policyRead(result: 'accepted' | 'refused'): void;
  /** An Event on a Service was due. */
  eventDue(result: 'written' | 'failed' | 'dropped'): void;
}

/** Meters that nobody reads. */
export const noMeters: Meters = {
  configured: () => {},
  changeApplied: () => {},
  routesChanged: () => {},
  policyRead: () => {},
  eventDue: () => {},
};
