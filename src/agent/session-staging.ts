// Which settings and passwords BIRD's sessions may be given now: those of the policy, but for sessions whose new password is
// missing, and for those that wait for their turn to be restarted.

import { peersLeftOut, type RestartedSession } from '../bgp/index.ts';
import type { DesiredState, Snapshot } from '../engine/index.ts';
import type { AgentOptions } from './agent-options.ts';
import type { AgentReports } from './agent-reports.ts';
import { type KeptSession, KeptSessions } from './kept-sessions.ts';
import type { KnownBird } from './known-bird.ts';
import type { PolicyText } from './last-good.ts';
import { createSessionRestarts, restartedSessions, type SessionRestarts, type Stage } from './session-restarts.ts';

/** What it takes from outside. */
export interface SessionStagingOptions extends Pick<AgentOptions, 'clock' | 'readSecrets'> {
  readonly known: KnownBird;
  readonly reports: Pick<AgentReports, 'restarts' | 'secrets' | 'turns'>;
  /** The policy that BIRD has before a new one. */
  readonly previous: () => PolicyText | undefined;
  /** It may be the next session's turn: the state is to be asked for again. */
  readonly onTurn: () => void;
}

/** Prepares sessions for BIRD, and remembers which of them wait, restart or are kept. */
export class SessionStaging {
  readonly #options: SessionStagingOptions;
  readonly #kept = new KeptSessions();
  readonly #turns: SessionRestarts;
  #isWaiting = false;
  #restarted: readonly RestartedSession[] = [];
  #hasRestarted = false;

  constructor(options: SessionStagingOptions) {
    this.#options = options;
    const observe = () => options.known.sessions();
    this.#turns = createSessionRestarts({ clock: options.clock, observe, onTurn: options.onTurn });
  }

  /** Some session still has its old settings, so that BIRD is not yet as the policy says. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Sessions that go down with the state that was staged last. */
  get restarted(): readonly RestartedSession[] {
    return this.#restarted;
  }

  /** Sessions went down with the state that BIRD took last. */
  get hasRestarted(): boolean {
    return this.#hasRestarted;
  }

  /** What an earlier life of the agent kept. */
  restore(kept: readonly KeptSession[]): void {
    this.#kept.restore(kept);
  }

  /** What the next life has to know. */
  kept(): readonly KeptSession[] {
    return this.#kept.list();
  }

  /** The state as BIRD may be given it. */
  async stage(desired: DesiredState, snapshot: Snapshot | undefined): Promise<Stage> {
    const { known, previous, readSecrets, reports } = this.#options;
    const secrets = readSecrets(desired, known.passwordsOf(desired));
    const saved = known.sessionsBefore(snapshot);
    const wanted = { desired, passwords: secrets.passwords };
    const before = saved && known.reached(saved, wanted);
    // A BIRD that is being started again runs them as soon as it is there.
    const kept = this.#kept.keep({ before: before ?? known.told, wanted, previous });
    reports.secrets(secrets, peersLeftOut(desired, secrets.passwords), kept.peers);
    const begun = before === undefined ? [] : restartedSessions(saved, before).map(({ peer }) => peer);
    const stage = await this.#turns.stage(before, kept.sessions, begun);
    this.#isWaiting = stage.waiting.length > 0;
    reports.turns(stage);
    this.#restarted = restartedSessions(before, stage.sessions);
    reports.restarts(this.#restarted);
    return stage;
  }

  /** BIRD took it; `isChanged` is false where it held it already. */
  taken(isChanged: boolean): void {
    this.#kept.taken();
    this.#hasRestarted = isChanged && this.#restarted.length > 0;
  }

  stop(): void {
    this.#turns.stop();
  }
}
