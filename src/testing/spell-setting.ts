// Settings, filter rules and expectations of the tree → tokens.

import { assertNever } from '../dsl/assert-never.ts';
import type { Action, Expectation, FromObject, PeerAddressNode, Rule, Setting, Value, Word } from '../dsl/ast.ts';
import { spellCondition } from './spell-condition.ts';
import { bare, type Spelling, set, spellString, spellValue } from './spell-value.ts';

/** The tokens of a setting. */
export function spellSetting(setting: Setting, spelling: Spelling): readonly string[] {
  return [setting.setting, ...spellRest(setting, spelling)];
}

/** Everything after the first word. */
function spellRest(setting: Setting, spelling: Spelling): readonly string[] {
  switch (setting.setting) {
    case 'as':
    case 'router-id':
    case 'source':
      return spellValueOrObject(setting.value);
    case 'local-as':
    case 'description':
    case 'hold-time':
    case 'keepalive':
    case 'connect-retry':
    case 'advertise-delay':
    case 'local-pref':
    case 'med':
    case 'prepend':
      return [spellValue(setting.value)];
    case 'graceful-restart':
    case 'long-lived-graceful-restart':
      return orOff(setting.value);
    case 'install':
    case 'loop-protection':
    case 'exclude-label':
    case 'next-hop':
      return [setting.value];
    case 'listen':
      if (setting.off) return ['off'];
      return [
        ...(setting.address === undefined ? [] : spellValueOrObject(setting.address)),
        'port',
        spellValue(setting.port),
      ];
    case 'wait-for':
      return ['http', spellString(setting.url.value)];
    case 'community':
      return bare(setting.values);
    case 'advertise':
      return [setting.mode, ...setting.kinds.flatMap((kind, index) => (index === 0 ? [kind] : [',', kind]))];
    case 'from': {
      const where = setting.where === undefined ? [] : ['where', ...spellCondition(setting.where, spelling)];
      return [setting.origin ?? 'nodes', ...where];
    }
    case 'to':
      return setting.peers === undefined ? ['all'] : bare(setting.peers);
    case 'require':
      return [spellValue(setting.count), 'endpoints'];
    case 'endpoints':
      return [setting.rule];
    case 'limit':
      return setting.count === undefined ? ['off'] : [spellValue(setting.count), 'node'];
    case 'address':
      return spellPeerAddress(setting.address);
    case 'family':
      return setting.families.flatMap((family, index) => (index === 0 ? [family] : [',', family]));
    case 'nodes':
      if ('kind' in setting.nodes) return ['where', ...spellCondition(setting.nodes, spelling)];
      return bare(setting.nodes);
    case 'export':
    case 'import':
      return typeof setting.filters === 'string' ? [setting.filters] : bare(setting.filters);
    case 'password': {
      const { password } = setting;
      if (password.form === 'off') return ['off'];
      if (password.form !== 'secret') return [password.form, spellString(password.value.value)];
      return ['secret', spellValue(password.path), 'key', spellString(password.key.value)];
    }
    case 'authentication': {
      const { authentication } = setting;
      if (authentication.form === 'md5') return ['md5'];
      const { keyId, algorithm } = authentication;
      return ['tcp-ao', 'key-id', spellValue(keyId), 'algorithm', spellValue(algorithm)];
    }
    case 'bfd':
      return [
        ...(setting.value === 'off' ? ['off'] : []),
        ...setting.intervals.flatMap((interval) => ['interval', spellValue(interval)]),
        ...setting.multipliers.flatMap((multiplier) => ['multiplier', spellValue(multiplier)]),
      ];
    case 'multihop':
    case 'ttl-security':
      if (setting.value === 'off') return ['off'];
      return setting.hops === undefined ? [] : [spellValue(setting.hops)];
    case 'passive':
    case 'add-paths':
    case 'extended-next-hop':
    case 'transit':
      return setting.value === 'off' ? ['off'] : [];
    case 'import-limit':
    case 'export-limit':
      return setting.limit === undefined ? ['off'] : [spellValue(setting.limit.count), setting.limit.action];
    case 'allow-local-as':
      return orOff(setting.count);
    case 'role':
      return orOff(setting.role);
    case 'max-routes':
      return [spellValue(setting.count)];
    case 'max-withdraw':
      return [spellValue(setting.limit), 'within', spellValue(setting.within)];
    case 'confirm':
      return ['within', spellValue(setting.within)];
    default:
      return assertNever(setting);
  }
}

function orOff(value: Value | undefined): readonly string[] {
  return [value === undefined ? 'off' : spellValue(value)];
}

function spellValueOrObject(value: Value | Word | FromObject): readonly string[] {
  if (value.kind === 'label' || value.kind === 'annotation') return [value.kind, spellString(value.key.value)];
  return [spellValue(value)];
}

function spellPeerAddress(address: PeerAddressNode): readonly string[] {
  switch (address.form) {
    case 'gateway':
      return ['gateway'];
    case 'interface':
      return ['interface', spellString(address.name.value)];
    case 'from-object':
      return spellValueOrObject(address.value);
    case 'in':
      return ['in', spellValue(address.prefix)];
    case 'address': {
      const port = address.port === undefined ? [] : ['port', spellValue(address.port)];
      const through = address.interface === undefined ? [] : ['interface', spellString(address.interface.value)];
      return [spellValue(address.value), ...port, ...through];
    }
    default:
      return assertNever(address);
  }
}

/** The tokens of a filter rule. */
export function spellRule({ verdict, condition, actions }: Rule, spelling: Spelling): readonly string[] {
  const given = condition === undefined ? [] : ['if', ...spellCondition(condition, spelling)];
  const then = actions.flatMap((action, index) => [index === 0 ? 'then' : ',', ...spellAction(action, spelling)]);
  return [verdict, ...given, ...then];
}

function spellAction(action: Action, spelling: Spelling): readonly string[] {
  switch (action.action) {
    case 'community':
      return [...(action.remove ? ['remove'] : []), 'community', ...set(action.values, spelling)];
    case 'local-pref':
    case 'med':
    case 'prepend':
      return [action.action, spellValue(action.value)];
    case 'prepend-as':
      return ['prepend', 'as', ...set(action.path, spelling)];
    case 'next-hop':
      return ['next-hop', typeof action.value === 'string' ? action.value : spellValue(action.value)];
    default:
      return assertNever(action);
  }
}

/** The tokens of an expectation. */
export function spellExpectation(expectation: Expectation, spelling: Spelling): readonly string[] {
  const { nodes, verdict, inside, prefixes, peer, attributes } = expectation;
  const who = typeof nodes === 'string' ? [nodes, 'node'] : [spellValue(nodes)];
  const what = inside ? ['prefix', 'in', ...set(prefixes, spelling)] : bare(prefixes);
  const to = peer === undefined ? [] : ['to', spellValue(peer)];
  const conditions = attributes.flatMap(({ attribute, value }, index) => [
    ...[index === 0 ? 'with' : 'and', attribute, spellValue(value)],
  ]);
  return ['expect', ...who, verdict, ...what, ...to, ...conditions];
}
