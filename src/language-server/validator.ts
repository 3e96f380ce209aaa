// When diagnostics are published. A change asks for a run, which starts at once after a pause; after a run there is a
// pause as long as the run, and all changes in it wait for the same next run. So a single key is answered quickly, and
// runs never queue up however fast somebody types. Only files whose diagnostics differ from what the editor has are sent.

import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { type DiagnosticOptions, diagnosticsByUri } from './diagnostics.ts';
import type { PolicyView } from './policy-view.ts';

/** The longest pause between two runs, in milliseconds. */
const MAX_PAUSE = 250;

/** What the validator needs. */
export interface ValidatorOptions {
  readonly openPolicies: () => readonly PolicyView[];
  readonly publish: (uri: string, diagnostics: readonly Diagnostic[]) => void;
  readonly display: () => DiagnosticOptions;
  /** Called where a run failed, which is a bug. */
  readonly failed: (error: unknown) => void;
}

/** Publishes diagnostics. */
export interface Validator {
  /** Asks for a run soon. `uri`: a document that was changed, for which diagnostics are sent in any case. */
  schedule(uri?: string): void;
  stop(): void;
}

/** Creates a validator; nothing runs before it is asked. */
export function createValidator(options: ValidatorOptions): Validator {
  const published = new Map<string, string>();
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let pauseUntil = 0;

  function run(): void {
    timer = undefined;
    const started = performance.now();
    try {
      publishAll();
    } catch (error) {
      options.failed(error);
    }
    const ended = performance.now();
    pauseUntil = ended + Math.min(ended - started, MAX_PAUSE);
  }

  function publishAll(): void {
    const found = collect(options.openPolicies(), options.display());
    for (const uri of published.keys()) if (!found.has(uri)) found.set(uri, []);
    for (const [uri, diagnostics] of found) {
      const text = JSON.stringify(diagnostics);
      if (!touched.has(uri) && (published.get(uri) ?? '[]') === text) continue;
      if (diagnostics.length === 0) published.delete(uri);
      else published.set(uri, text);
      options.publish(uri, diagnostics);
    }
    touched.clear();
  }

  return {
    schedule(uri) {
      if (uri !== undefined) touched.add(uri);
      timer ??= setTimeout(run, Math.max(0, pauseUntil - performance.now()));
    },
    stop: () => clearTimeout(timer),
  };
}

/**
 * The diagnostics of all policies by URI. A file of several policies has the errors of each, and what is less than an
 * error only where all of them agree: a name that one of them uses is not unused.
 */
function collect(policies: readonly PolicyView[], display: DiagnosticOptions): Map<string, readonly Diagnostic[]> {
  const views = new Map<string, Map<string, Diagnostic>[]>();
  for (const policy of policies) {
    for (const [uri, diagnostics] of diagnosticsByUri(policy, display)) {
      const view = new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic]));
      views.set(uri, [...(views.get(uri) ?? []), view]);
    }
  }
  return new Map([...views].map(([uri, ofPolicies]) => [uri, unite(ofPolicies)]));
}

function unite(ofPolicies: readonly ReadonlyMap<string, Diagnostic>[]): readonly Diagnostic[] {
  const all = new Map(ofPolicies.flatMap((view) => [...view]));
  return [...all]
    .filter(([key, { severity }]) => severity === DiagnosticSeverity.Error || ofPolicies.every((view) => view.has(key)))
    .map(([, diagnostic]) => diagnostic);
}
