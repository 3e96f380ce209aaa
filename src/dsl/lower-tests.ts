// A checked `test` → what the command `test` runs.

import type { Expectation as ExpectationNode, Ref, TestStatement } from './ast.ts';
import { normaliseCommunities } from './community.ts';
import { prefixTexts } from './lower-values.ts';
import type { Model } from './model.ts';
import { peerNames } from './peer-names.ts';
import type { Expectation, ExpectedPeers, PolicyTest, RouteAttributes } from './policy.ts';
import { directoryOf, joinPath } from './source-host.ts';
import { placeOf, type Span, spanText } from './span.ts';

/** Lowers one test. */
export function lowerTest(node: TestStatement, model: Model): PolicyTest {
  return {
    name: node.name.value,
    at: placeOf(node.span),
    fixtures: node.clusters.map((cluster) => {
      const at = placeOf(cluster.span);
      return { at, path: joinPath(directoryOf(at.path), cluster.value) };
    }),
    expectations: node.expectations.map((expectation) => lowerExpectation(expectation, model)),
  };
}

function lowerExpectation(node: ExpectationNode, model: Model): Expectation {
  const prefixes = prefixTexts(model.values, node.prefixes);
  return {
    at: placeOf(node.span),
    text: inOneLine(node.span),
    nodes: typeof node.nodes === 'string' ? { kind: 'every' } : { kind: 'node', name: node.nodes.text },
    verdict: node.nodes === 'no' ? opposite(node.verdict) : node.verdict,
    subject: node.inside ? { kind: 'inside', prefixes } : { kind: 'prefix', prefix: prefixes[0] ?? '' },
    to: node.peer && lowerPeers(node.peer, model),
    attributes: lowerExpected(node, model),
  };
}

function opposite(verdict: Expectation['verdict']): Expectation['verdict'] {
  return verdict === 'advertises' ? 'withholds' : 'advertises';
}

function lowerPeers(ref: Ref, model: Model): ExpectedPeers {
  if (model.scope.sessions.get(ref.text)?.kind !== 'template') return { kind: 'peer', name: ref.text };
  return { kind: 'template', name: ref.text, peers: peerNames([ref], model) };
}

function lowerExpected({ attributes }: ExpectationNode, { values }: Model): RouteAttributes {
  const numberOf = (name: 'local-pref' | 'med' | 'prepend'): number | undefined => {
    const found = attributes.find((expected) => expected.attribute === name);
    return found === undefined || found.attribute === 'community' ? undefined : found.value.value;
  };
  const communities = attributes.flatMap((expected) => (expected.attribute === 'community' ? [expected.value] : []));
  return {
    communities: normaliseCommunities(values.communities(communities)),
    localPref: numberOf('local-pref'),
    med: numberOf('med'),
    prepend: numberOf('prepend'),
  };
}

/** The text without comments and line ends; a `#` inside a string starts no comment. */
function inOneLine(span: Span): string {
  const text = spanText(span).replace(/"(?:[^"\\]|\\.)*"|#[^\n]*/g, (part) => (part.startsWith('#') ? '' : part));
  return text.replace(/\s+/g, ' ').trim();
}
