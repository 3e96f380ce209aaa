// Warns about a `let`, filter or template that nothing refers to. Runs last: the other checks note what is used.

import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { Report } from '../report.ts';

const WHAT = { let: 'value', filter: 'filter', template: 'template' } as const;

/** Ranges and peers act by themselves, so they are never unused. */
export function checkUnusedNames({ scope, used }: Model, report: Report): void {
  for (const declaration of scope.declarations) {
    if (declaration.kind === 'range' || declaration.kind === 'peer' || used.has(declaration)) continue;
    const { name } = declaration;
    if (name.text !== '') report(name.span, messages['unused-name']({ what: WHAT[declaration.kind], name: name.text }));
  }
}
