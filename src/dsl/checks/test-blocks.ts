// A test can be run and can fail: it has a cluster and expectations, its peers are known, and what it expects of a
// route is said once. Nodes and manifests are known only when the test runs.

import type { Expectation, ExpectedAttribute, TestStatement } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import type { ErrorsSoFar, Report } from '../report.ts';
import { wordOf } from '../scope.ts';
import { checkSession } from './references.ts';

/** Checks every `test`. */
export function checkTestBlocks(model: Model, report: Report, errors: ErrorsSoFar): void {
  const names = new Map<string, TestStatement>();
  for (const test of model.statements) {
    if (test.kind !== 'test') continue;
    checkName(test, names, report);
    if (!errors.inside(test.span)) checkParts(test, report);
    for (const expectation of test.expectations) checkExpectation(expectation, model, report);
  }
}

function checkName(test: TestStatement, names: Map<string, TestStatement>, report: Report): void {
  const { value, span } = test.name;
  const earlier = names.get(value);
  if (earlier === undefined) {
    names.set(value, test);
    return;
  }
  report(span, messages['duplicate-name']({ what: 'test', name: value }), {
    also: [{ span: earlier.name.span, text: 'declared first here' }],
  });
}

function checkParts(test: TestStatement, report: Report): void {
  if (test.clusters.length === 0) {
    const missing = {
      block: 'this `test`',
      missing: [{ setting: 'cluster', example: 'cluster "fixtures/shop.yaml"' }],
    };
    report(wordOf(test.span, 'test'), messages['missing-setting'](missing));
  }
  if (test.expectations.length === 0) report(test.name.span, messages['empty-test']({ name: test.name.value }));
}

function checkExpectation(expectation: Expectation, model: Model, report: Report): void {
  const prefixes = model.values.prefixes(expectation.prefixes);
  const [written] = expectation.prefixes;
  if (!expectation.inside && written?.kind === 'ref' && prefixes.length > 1) {
    const help = `write \`prefix in ${written.text}\``;
    report(written.span, messages['expected-one-value']({ name: written.text, count: prefixes.length, help }));
  }
  if (expectation.peer !== undefined) checkSession(expectation.peer, model, report);
  checkAttributes(expectation.attributes, model, report);
}

function checkAttributes(attributes: readonly ExpectedAttribute[], model: Model, report: Report): void {
  const seen = new Map<string, ExpectedAttribute>();
  for (const attribute of attributes) {
    if (attribute.attribute === 'community') {
      model.values.communities([attribute.value]);
      continue;
    }
    const earlier = seen.get(attribute.attribute);
    if (earlier === undefined) {
      seen.set(attribute.attribute, attribute);
      continue;
    }
    const message = messages['duplicate-setting']({ setting: attribute.attribute, block: 'expectation' });
    report(attribute.span, message, { also: [{ span: earlier.span, text: 'set first here' }] });
  }
}
