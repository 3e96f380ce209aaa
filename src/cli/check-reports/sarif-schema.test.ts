import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv';
import { compile, createMemoryHost } from '../../dsl/index.ts';
import { toSarif } from './sarif.ts';

const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, '../../dsl/testdata/errors');

test('the SARIF log of every bad policy is as the schema of OASIS says', () => {
  const validate = sarifValidator();
  const names = readdirSync(folder).filter((name) => name.endsWith('.bell'));
  assert.ok(names.length > 100);
  for (const name of names) {
    const path = `/etc/bellbird/${name}`;
    const host = createMemoryHost({ [path]: readFileSync(join(folder, name), 'utf8') });
    const { diagnostics, sources } = compile([path], host);
    assert.deepEqual(validate(toSarif(diagnostics, sources)), [], name);
  }
});

test('the schema refuses what is no SARIF log', () => {
  const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'bellbird' } }, results: [{ level: 'error' }] }] };
  assert.match(JSON.stringify(sarifValidator()(log)), /message/);
});

test('the SARIF log of nothing at all is one, too', () => {
  const { diagnostics, sources } = compile([], createMemoryHost({}));
  assert.deepEqual(sarifValidator()(toSarif(diagnostics, sources)), []);
});

/** Checks against the schema that a package brings along; gives what is wrong. */
function sarifValidator(): (log: unknown) => readonly unknown[] {
  const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true, format: 'full', unknownFormats: 'ignore' });
  ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
  const schema = join(require.resolve('@microsoft/jest-sarif'), '../schemas/sarif-2.1.0-rtm.5.json');
  const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
  // The log as a reader gets it.
  return (log) => (validate(JSON.parse(JSON.stringify(log))) === true ? [] : (validate.errors ?? []));
}
