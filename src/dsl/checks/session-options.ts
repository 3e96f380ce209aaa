// Options of a session that only make sense together, or not together. Asked of each peer with its template merged in,
// because a peer may take back what its template says.

import type { PeerSetting, PrefixValue, Ref, Setting } from '../ast.ts';
import { messages } from '../messages.ts';
import type { Model } from '../model.ts';
import { type EffectiveSettings, effectiveSettings } from '../policy-settings.ts';
import { isLinkLocal } from '../prefix.ts';
import type { Report } from '../report.ts';
import { isMissing } from '../scope.ts';
import { AO_ALGORITHMS, SESSION_ROLES } from '../session-options.ts';
import { nearest } from '../suggest.ts';

/** Checks the options of every peer, and the words of those of templates. */
export function checkSessionOptions(model: Model, report: Report): void {
  for (const statement of model.statements) {
    if (statement.kind !== 'peer' && statement.kind !== 'template') continue;
    for (const setting of statement.settings) checkWords(setting, report);
    if (statement.kind === 'template') continue;
    const settings = effectiveSettings(statement, model.scope);
    checkInterface(settings, model, report);
    checkDynamic(settings, model, report);
    checkTtlSecurity(settings, report);
    checkLongLivedRestart(settings, model, report);
    checkAuthentication(settings, report);
    checkRole(settings, model, report);
    checkBfdSource(settings, model, report);
  }
}

function checkWords(setting: PeerSetting, report: Report): void {
  if (setting.setting === 'bfd') checkBfdParts(setting, report);
  if (setting.setting === 'role' && setting.role !== undefined) {
    checkWord('role', setting.role, SESSION_ROLES, report);
  }
  if (setting.setting === 'authentication' && setting.authentication.form === 'tcp-ao') {
    checkWord('algorithm', setting.authentication.algorithm, AO_ALGORITHMS, report);
  }
}

/** Both ends of a session that names a link, or needs one, are on that link. */
function checkInterface(settings: EffectiveSettings, { values }: Model, report: Report): void {
  const [address, multihop] = [settings.find('address'), settings.find('multihop')];
  if (address?.address.form === 'gateway' && multihop?.value === 'on') {
    const message = 'the gateway of a node is on one of its links';
    report(
      multihop.span,
      messages['conflicting-settings']({ message, label: 'not over several hops', help: 'remove it' }),
    );
  }
  if (address?.address.form !== 'address' && address?.address.form !== 'interface') return;
  const isUnnumbered = address.address.form === 'interface';
  const link = address.address.form === 'interface' ? address.address.name : address.address.interface;
  const value = address.address.form === 'interface' ? undefined : address.address.value;
  const text = value && values.address(value)?.text;
  if (link !== undefined && !/^[^\s/"\p{Cc}]{1,15}$/u.test(link.value)) {
    const message = 'no interface of Linux has this name';
    const help = 'write its name as `ip link` shows it, up to 15 characters';
    report(link.span, messages['conflicting-settings']({ message, label: 'not the name of an interface', help }));
  } else if (link === undefined && value !== undefined && text !== undefined && isLinkLocal(text)) {
    const [setting, needs] = [`the link-local address \`${text}\``, '`interface`'];
    const help = `write for example \`address ${text} interface "eth1"\``;
    report(value.span, messages['needs-setting']({ setting, needs, help }));
  } else if (link !== undefined && multihop?.value === 'on') {
    const message = 'a session over several hops is bound to no interface';
    const help = isUnnumbered ? 'remove `multihop`' : 'remove `interface`, or `multihop`';
    report(link.span, messages['conflicting-settings']({ message, label: 'a single link', help }), {
      also: [{ span: multihop.span, text: 'over several hops' }],
    });
  }
}

/** Peers that connect by themselves need somebody who listens, and BIRD has no TCP-AO for them. */
function checkDynamic(settings: EffectiveSettings, { scope, values }: Model, report: Report): void {
  const [address, authentication] = [settings.find('address'), settings.find('authentication')];
  if (address?.address.form !== 'in' && address?.address.form !== 'interface') return;
  if (address.address.form === 'in') checkSinglePrefix(address.address.prefix, values, report);
  const listen = scope.speaker?.settings.find((setting) => setting.setting === 'listen');
  if (listen?.setting === 'listen' && listen.off) {
    const help = 'write for example `listen port 179` in the `speaker` block';
    report(
      address.span,
      messages['needs-setting']({ setting: `\`address ${address.address.form}\``, needs: '`listen`', help }),
      {
        also: [{ span: listen.span, text: 'turned off here' }],
      },
    );
  }
  if (authentication?.authentication.form === 'tcp-ao') {
    const message = 'a peer whose address is not known has no TCP-AO';
    const help = 'write `authentication md5`, or one `peer` for each address';
    report(authentication.span, messages['conflicting-settings']({ message, label: 'not for any address', help }), {
      also: [{ span: address.span, text: 'whoever connects from here' }],
    });
  }
}

function checkSinglePrefix(prefix: PrefixValue, values: Model['values'], report: Report): void {
  const count = values.plainPrefixes([prefix]).length;
  if (count <= 1 || prefix.kind !== 'ref') return;
  const help = 'write one `peer` for each prefix';
  report(prefix.span, messages['expected-one-value']({ name: prefix.text, count, help }));
}

function checkWord(field: string, ref: Ref, words: readonly string[], report: Report): void {
  if (isMissing(ref) || words.includes(ref.text)) return;
  const near = nearest(ref.text, words);
  const fix = near === undefined ? {} : { fix: { span: ref.span, newText: near, guess: true } as const };
  report(ref.span, messages['unknown-word']({ field, text: ref.text, words, near }), fix);
}

function checkBfdParts(setting: Extract<Setting, { setting: 'bfd' }>, report: Report): void {
  const { intervals, multipliers, value } = setting;
  for (const [part, [first, second]] of [['interval', intervals] as const, ['multiplier', multipliers] as const]) {
    if (second !== undefined && first !== undefined) {
      report(second.span, messages['duplicate-setting']({ setting: part, block: '`bfd`' }), {
        also: [{ span: first.span, text: 'set first here' }],
      });
    } else if (first !== undefined && value === 'off') {
      const message = '`bfd off` has no interval and no multiplier';
      report(
        first.span,
        messages['conflicting-settings']({ message, label: 'of no use', help: 'remove it, or `off`' }),
      );
    }
  }
}

/** The hops of `ttl-security` are those of `multihop`: the same packets cross the same routers. */
function checkTtlSecurity(settings: EffectiveSettings, report: Report): void {
  const [security, multihop] = [settings.find('ttl-security'), settings.find('multihop')];
  if (security?.value !== 'on') return;
  const [secured, allowed] = [security.hops, multihop?.value === 'on' ? multihop.hops : undefined];
  if (multihop?.value !== 'on') {
    if (secured === undefined || secured.value === 1 || Number.isNaN(secured.value)) return;
    const setting = `\`ttl-security ${secured.value}\``;
    const help = `add \`multihop ${secured.value}\`, or write \`ttl-security\` for a peer on the same link`;
    report(security.span, messages['needs-setting']({ setting, needs: '`multihop`', help }));
  } else if (secured === undefined && allowed === undefined) {
    const [setting, needs] = ['`ttl-security` over several hops', 'their number'];
    const help = 'write for example `ttl-security 2`';
    report(security.span, messages['needs-setting']({ setting, needs, help }));
  } else if (secured !== undefined && allowed !== undefined && secured.value !== allowed.value) {
    const message = `\`ttl-security\` allows ${secured.value} hops, and \`multihop\` ${allowed.value}`;
    const help = `write \`ttl-security ${allowed.value}\``;
    report(secured.span, messages['conflicting-settings']({ message, label: 'another number', help }), {
      also: [{ span: allowed.span, text: 'the hops of the session' }],
    });
  }
}

function checkLongLivedRestart(settings: EffectiveSettings, { scope }: Model, report: Report): void {
  const longLived = settings.find('long-lived-graceful-restart');
  if (longLived?.value === undefined) return;
  const speaker = scope.speaker?.settings.find((setting) => setting.setting === 'graceful-restart');
  const restart = settings.find('graceful-restart') ?? speaker;
  if (restart === undefined || restart.value !== undefined) return;
  report(
    longLived.span,
    messages['needs-setting']({
      setting: '`long-lived-graceful-restart`',
      needs: '`graceful-restart`',
      help: 'add `graceful-restart 30s`, or remove it',
      notes: ['it begins where graceful restart has run out (RFC 9494)'],
    }),
    { also: [{ span: restart.span, text: 'turned off here' }] },
  );
}

function checkAuthentication(settings: EffectiveSettings, report: Report): void {
  const authentication = settings.find('authentication');
  // `password off` takes the password of a template back, and with it what it is for.
  if (authentication === undefined || settings.find('password') !== undefined) return;
  const help = 'add for example `password file "/etc/bellbird/tor.key"`';
  const [setting, needs] = ['`authentication`', '`password`'];
  report(authentication.span, messages['needs-setting']({ setting, needs, help }));
}

function checkRole(settings: EffectiveSettings, { scope, values }: Model, report: Report): void {
  const [role, as, localAs] = [settings.find('role'), settings.find('as'), settings.find('local-as')];
  if (role?.role === undefined || as === undefined) return;
  if (as.value.kind === 'label' || as.value.kind === 'annotation') return;
  const speaker = scope.speaker?.settings.find((setting) => setting.setting === 'as');
  const own = localAs?.value ?? speaker?.value;
  const isLiteral = own !== undefined && own.kind !== 'label' && own.kind !== 'annotation';
  const isInternal =
    as.value.kind === 'word' ? as.value.text === 'internal' : isLiteral && values.asn(own) === values.asn(as.value);
  if (!isInternal) return;
  const message = 'a role is for sessions between two AS';
  report(role.span, messages['conflicting-settings']({ message, label: 'an internal session', help: 'remove it' }), {
    also: [{ span: as.span, text: 'the local AS' }],
  });
}

/** A BFD session over several hops has no interface that would give it its own address. */
function checkBfdSource(settings: EffectiveSettings, { scope }: Model, report: Report): void {
  const [bfd, multihop] = [settings.find('bfd'), settings.find('multihop')];
  if (bfd?.value !== 'on' || multihop?.value !== 'on' || settings.find('source') !== undefined) return;
  const listen = scope.speaker?.settings.find((setting) => setting.setting === 'listen');
  if (listen?.setting === 'listen' && !listen.off && listen.address !== undefined) return;
  const help = 'add for example `source annotation "example.org/bgp-address"`, or an address after `listen`';
  const [setting, needs] = ['`bfd` over several hops', '`source`'];
  report(bfd.span, messages['needs-setting']({ setting, needs, help }));
}
