import assert from 'node:assert/strict';
import { test } from 'node:test';
import { semanticTokensOf, TOKEN_TYPES } from './semantic-tokens.ts';
import { openPolicy } from './testdata/open-policy.ts';

test('tells names from words of the language, wherever they look alike', () => {
  const types = typesIn(`let range = 192.0.2.1
template peer { as 64500 }
peer filter from peer { address range export test bfd }
filter test { accept if range == public and traffic-x then community no-export }
range public external-ip range exact`);
  assert.deepEqual(types.slice(0, 7), [
    ...['let keyword', 'range variable declaration', '= operator', '192.0.2.1 number', 'template keyword'],
    ...['peer class declaration', 'as property'],
  ]);
  assert.ok(types.includes('filter interface declaration'));
  assert.ok(types.includes('peer class'));
  assert.ok(types.includes('range variable'));
  assert.ok(types.includes('test function'));
  assert.ok(types.includes('bfd property'));
});

test('gives every piece of a condition its type', () => {
  assert.deepEqual(typesIn('exclude services shop/* where label "tier" != "edge" or family == ipv4   # all'), [
    ...['exclude keyword', 'services keyword', 'shop/* namespace', 'where keyword', 'label property', '"tier" string'],
    ...['!= operator', '"edge" string', 'or keyword', 'family property', '== operator', 'ipv4 enumMember'],
    '# all comment',
  ]);
});

test('takes roles and algorithms for words of the language', () => {
  const types = typesIn('peer a { role customer authentication tcp-ao key-id 1 algorithm hmac-sha1 }');
  assert.ok(types.includes('customer enumMember'));
  assert.ok(types.includes('hmac-sha1 enumMember'));
});

test('colours what can be read of a broken text', () => {
  const types = typesIn('filter f {\n  accept if if\n  reject\n}\nlet b = 64512:1');
  assert.ok(types.includes('b variable declaration'));
  assert.ok(types.includes('reject keyword'));
});

/** `text type modifier` of every token. */
function typesIn(text: string): readonly string[] {
  const { file } = openPolicy(text);
  const lines = text.split('\n');
  const { data } = semanticTokensOf(file);
  const found: string[] = [];
  let [line, character] = [0, 0];
  for (let at = 0; at < data.length; at += 5) {
    const [lines0 = 0, characters = 0, length = 0, type = 0, modifier = 0] = data.slice(at, at + 5);
    character = lines0 > 0 ? characters : character + characters;
    line += lines0;
    const piece = lines[line]?.slice(character, character + length);
    found.push(`${piece} ${TOKEN_TYPES[type]}${modifier === 1 ? ' declaration' : ''}`);
  }
  return found;
}
