// docs/metrics.md has every metric, with the type, the labels and the words of the code, and its YAML can be used.
// UPDATE_GOLDEN=1 rewrites the tables.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { METRICS, type MetricDefinition } from '../src/agent/metrics/catalogue.ts';
import { assertGolden } from '../src/testing/golden.ts';
import { codeBlocks } from '../src/testing/markdown.ts';

const path = join(import.meta.dirname, 'metrics.md');
const page = readFileSync(path, 'utf8');
const TABLE = /^<!-- metrics: (.+) -->\n([\s\S]*?)^<!-- end of metrics -->$/gm;
const all: readonly (readonly [string, MetricDefinition])[] = Object.entries(METRICS);

test('the tables are those of the code', () => {
  const filled = page.replace(TABLE, (_, prefixes: string) => {
    const rows = all.filter(([name]) => hasPrefix(name, prefixes)).map(([name, metric]) => row(name, metric));
    const head = '| metric | type | labels | meaning |\n|---|---|---|---|\n';
    return `<!-- metrics: ${prefixes} -->\n${head}${rows.join('')}<!-- end of metrics -->`;
  });
  assertGolden(path, filled);
});

test('every metric stands in exactly one table', () => {
  const tables = [...page.matchAll(TABLE)].map(([, prefixes = '']) => prefixes);
  assert.ok(tables.length > 3);
  for (const [name] of all) {
    assert.equal(tables.filter((prefixes) => hasPrefix(name, prefixes)).length, 1, name);
  }
});

test('the YAML is YAML, and the alerts ask for metrics and labels that there are', () => {
  const documents: readonly unknown[] = codeBlocks(page)
    .filter(({ words }) => words[0] === 'yaml')
    .map(({ text }) => parse(text));
  const rules = documents.flatMap(rulesOf);
  assert.ok(rules.length >= 8);
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  const known = new Map(all);
  for (const { alert, expr, summary } of rules) {
    const names = [...expr.matchAll(/\b(?:bellbird|process)_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    const definitions = names.map((name) => known.get(name));
    assert.ok(!definitions.includes(undefined), `${alert}: ${names.join(', ')}`);
    const labels = new Set(['instance', ...definitions.flatMap((definition) => definition?.labels ?? [])]);
    const used = [...summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);
    assert.deepEqual(
      used.filter((label) => !labels.has(label)),
      [],
      alert,
    );
  }
});

function hasPrefix(name: string, prefixes: string): boolean {
  return prefixes.split(' ').some((prefix) => name.startsWith(prefix));
}

function row(name: string, { help, kind, labels }: MetricDefinition): string {
  return `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |\n`;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly summary: string;
}

function rulesOf(document: unknown): readonly Rule[] {
  const groups = listAt(document, 'groups');
  return groups.flatMap((group) =>
    listAt(group, 'rules').map((rule) => ({
      alert: textAt(rule, 'alert'),
      expr: textAt(rule, 'expr'),
      summary: textAt(fieldOf(rule, 'annotations'), 'summary'),
    })),
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const found = fieldOf(value, name);
  return Array.isArray(found) ? found : [];
}

function textAt(value: unknown, name: string): string {
  const found = fieldOf(value, name);
  assert.equal(typeof found, 'string', name);
  return String(found);
}
