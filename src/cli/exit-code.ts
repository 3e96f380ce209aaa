import { type Refusal, renderRefusal } from '../agent/refusal.ts';

/** 0 done; 1 findings: a refused policy, a difference, a failed expectation; 2 usage error or trouble with the system. */
export type ExitCode = 0 | 1 | 2;

/** A failure that is no bug: its message is for the user and says what to do. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string | Refusal, exitCode: ExitCode = 2) {
    super(typeof message === 'string' ? `error: ${message}\n` : renderRefusal(message));
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}
