// The settings of the speaker, of peers and of templates.

import type { PeerAddressNode, PeerSetting, SpeakerSetting } from '../ast.ts';
import type { Family } from '../prefix.ts';
import { Comma, Duration, Integer, keyword, Path, StringToken } from '../tokens.ts';
import { AttributeRules } from './attributes.ts';

/** Rules for sessions. */
export abstract class PeerRules extends AttributeRules {
  /** speakerItem = as | router-id | listen | graceful-restart | wait-for | install | loop-protection | exclude-label */
  protected speakerSetting = this.recoveringChoice<SpeakerSetting>('speakerSetting', [
    { ALT: () => this.SUBRULE(this.speakerAs) },
    { ALT: () => this.SUBRULE(this.routerId) },
    { ALT: () => this.SUBRULE(this.listen) },
    { ALT: () => this.SUBRULE(this.gracefulRestart) },
    {
      ALT: () => {
        const first = this.CONSUME(keyword('wait-for'));
        this.CONSUME(keyword('http'));
        const url = this.toText(this.CONSUME(StringToken));
        return { ...this.settingFrom(first), setting: 'wait-for', url } as const;
      },
    },
    {
      ALT: () => {
        const first = this.CONSUME(keyword('install'));
        const value = this.OR1([this.word('routes'), this.word('nothing')]);
        return { ...this.settingFrom(first), setting: 'install', value } as const;
      },
    },
    {
      ALT: () => {
        const first = this.CONSUME(keyword('loop-protection'));
        const value = this.OR2([this.word('off'), this.word('drop'), this.word('reject')]);
        return { ...this.settingFrom(first), setting: 'loop-protection', value } as const;
      },
    },
    {
      ALT: () => {
        const first = this.CONSUME(keyword('exclude-label'));
        const value = this.OR3([this.word('on'), this.word('off', 1)]);
        return { ...this.settingFrom(first), setting: 'exclude-label', value } as const;
      },
    },
  ]);

  /** "as" ( fromObject | asn ) */
  private speakerAs = this.inner('speakerAs', (): SpeakerSetting => {
    const first = this.CONSUME(keyword('as'));
    const value = this.OR([{ ALT: () => this.SUBRULE(this.fromObject) }, { ALT: () => this.SUBRULE(this.asn) }]);
    return { ...this.settingFrom(first), setting: 'as', value };
  });

  /** "router-id" ( fromObject | address ) */
  private routerId = this.inner('routerId', (): SpeakerSetting => {
    const first = this.CONSUME(keyword('router-id'));
    const value = this.SUBRULE(this.addressOrObject);
    return { ...this.settingFrom(first), setting: 'router-id', value };
  });

  /** fromObject | address */
  protected addressOrObject = this.inner('addressOrObject', () =>
    this.OR([{ ALT: () => this.SUBRULE(this.fromObject) }, { ALT: () => this.SUBRULE(this.address) }]),
  );

  /** "listen" ( "off" | [ fromObject | address ] "port" INT ) */
  private listen = this.inner('listen', (): SpeakerSetting => {
    const first = this.CONSUME(keyword('listen'));
    return this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword('off'));
          return { ...this.settingFrom(first), setting: 'listen', off: true } as const;
        },
      },
      {
        ALT: () => {
          // `port` is a name as well, so only a number behind it tells the port from an address called so.
          const address = this.OPTION({
            GATE: () => this.LA(1).image !== 'port' || this.LA(2).tokenType !== Integer,
            DEF: () => this.SUBRULE(this.addressOrObject),
          });
          this.CONSUME(keyword('port'));
          const port = this.toInteger(this.CONSUME(Integer));
          return { ...this.settingFrom(first), setting: 'listen', off: false, address, port } as const;
        },
      },
    ]);
  });

  /** "graceful-restart" ( "off" | DURATION ) */
  private gracefulRestart = this.inner('gracefulRestart', () => {
    const first = this.CONSUME(keyword('graceful-restart'));
    const value = this.SUBRULE(this.durationOrOff);
    return { ...this.settingFrom(first), setting: 'graceful-restart', value } as const;
  });

  private durationOrOff = this.inner('durationOrOff', () => {
    const token = this.OR([{ ALT: () => this.CONSUME(keyword('off')) }, { ALT: () => this.CONSUME(Duration) }]);
    return token.tokenType === Duration ? this.toDuration(token) : undefined;
  });

  /** peerItem: one setting of a peer or template. */
  protected peerSetting = this.recoveringChoice<PeerSetting>('peerSetting', [
    { ALT: () => this.SUBRULE(this.addressSetting) },
    { ALT: () => this.SUBRULE(this.asSetting) },
    { ALT: () => this.SUBRULE(this.localAs) },
    { ALT: () => this.SUBRULE(this.family) },
    { ALT: () => this.SUBRULE(this.description) },
    { ALT: () => this.SUBRULE(this.nodes) },
    { ALT: () => this.SUBRULE(this.filters) },
    { ALT: () => this.SUBRULE(this.password) },
    { ALT: () => this.SUBRULE(this.authentication) },
    { ALT: () => this.SUBRULE(this.bfd) },
    { ALT: () => this.SUBRULE(this.timer) },
    { ALT: () => this.SUBRULE(this.hops) },
    { ALT: () => this.SUBRULE(this.flag) },
    { ALT: () => this.SUBRULE(this.sourceSetting) },
    { ALT: () => this.SUBRULE(this.gracefulRestart) },
    { ALT: () => this.SUBRULE(this.longLivedRestart) },
    { ALT: () => this.SUBRULE(this.nextHopSetting) },
    { ALT: () => this.SUBRULE(this.routeLimit) },
    { ALT: () => this.SUBRULE(this.allowLocalAs) },
    { ALT: () => this.SUBRULE(this.role) },
  ]);

  /** "address" ( "gateway" | "interface" STRING | fromObject | "in" prefix | address [ "port" INT ] [ "interface" STRING ] ) */
  private addressSetting = this.inner('addressSetting', (): PeerSetting => {
    const first = this.CONSUME(keyword('address'));
    const address = this.SUBRULE(this.peerAddress);
    return { ...this.settingFrom(first), setting: 'address', address };
  });

  private peerAddress = this.choice<PeerAddressNode>('peerAddress', [
    this.token(keyword('gateway'), { form: 'gateway' } as const),
    {
      ALT: () => {
        this.CONSUME(keyword('interface'));
        return { form: 'interface', name: this.toText(this.CONSUME(StringToken)) } as const;
      },
    },
    { ALT: () => ({ form: 'from-object', value: this.SUBRULE(this.fromObject) }) as const },
    {
      ALT: () => {
        this.CONSUME(keyword('in'));
        return { form: 'in', prefix: this.SUBRULE(this.prefix) } as const;
      },
    },
    {
      ALT: () => {
        const value = this.SUBRULE(this.address);
        const port = this.OPTION(() => {
          this.CONSUME(keyword('port'));
          return this.toInteger(this.CONSUME(Integer));
        });
        const through = this.OPTION1(() => {
          this.CONSUME1(keyword('interface'));
          return this.toText(this.CONSUME1(StringToken));
        });
        return { form: 'address', value, port, interface: through } as const;
      },
    },
  ]);

  /** "as" ( "internal" | "external" | fromObject | asn ) */
  private asSetting = this.inner('asSetting', (): PeerSetting => {
    const first = this.CONSUME(keyword('as'));
    const value = this.OR([
      { ALT: () => this.toWord(this.CONSUME(keyword('internal'))) },
      { ALT: () => this.toWord(this.CONSUME(keyword('external'))) },
      { ALT: () => this.SUBRULE(this.fromObject) },
      { ALT: () => this.SUBRULE(this.asn) },
    ]);
    return { ...this.settingFrom(first), setting: 'as', value };
  });

  /** "local-as" asn */
  private localAs = this.inner('localAs', (): PeerSetting => {
    const first = this.CONSUME(keyword('local-as'));
    const value = this.SUBRULE(this.asn);
    return { ...this.settingFrom(first), setting: 'local-as', value };
  });

  /** "family" family { "," family } */
  private family = this.inner('family', (): PeerSetting => {
    const first = this.CONSUME(keyword('family'));
    const families: Family[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: Comma,
      DEF: () => families.push(this.OR([this.word('ipv4'), this.word('ipv6')])),
    });
    return { ...this.settingFrom(first), setting: 'family', families };
  });

  /** "description" STRING */
  private description = this.inner('description', (): PeerSetting => {
    const first = this.CONSUME(keyword('description'));
    const value = this.toText(this.CONSUME(StringToken));
    return { ...this.settingFrom(first), setting: 'description', value };
  });

  /** "nodes" ( "where" cond | refs ) */
  private nodes = this.inner('nodes', (): PeerSetting => {
    const first = this.CONSUME(keyword('nodes'));
    const nodes = this.OR([
      {
        ALT: () => {
          this.CONSUME(keyword('where'));
          return this.SUBRULE(this.condition);
        },
      },
      { ALT: () => this.SUBRULE(this.refs) },
    ]);
    return { ...this.settingFrom(first), setting: 'nodes', nodes };
  });

  /** ( "export" | "import" ) ( "all" | "nothing" | refs ) */
  private filters = this.inner('filters', (): PeerSetting => {
    const start = this.LA(1);
    const setting = this.OR([this.word('export'), this.word('import')]);
    const filters = this.OR1([this.word('all'), this.word('nothing'), { ALT: () => this.SUBRULE(this.refs) }]);
    return { ...this.settingFrom(start), setting, filters };
  });

  /** "password" ( "off" | "env" STRING | "file" STRING | "secret" PATH "key" STRING ) */
  private password = this.inner('password', (): PeerSetting => {
    const first = this.CONSUME(keyword('password'));
    const password = this.OR([
      this.token(keyword('off'), { form: 'off' } as const),
      {
        ALT: () => {
          const form = this.OR1([this.word('env'), this.word('file')]);
          return { form, value: this.toText(this.CONSUME(StringToken)) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(keyword('secret'));
          const path = this.toPath(this.CONSUME(Path));
          this.CONSUME(keyword('key'));
          return { form: 'secret', path, key: this.toText(this.CONSUME1(StringToken)) } as const;
        },
      },
    ]);
    return { ...this.settingFrom(first), setting: 'password', password };
  });

  /** "authentication" ( "md5" | "tcp-ao" "key-id" INT "algorithm" Ref ) */
  private authentication = this.inner('authentication', (): PeerSetting => {
    const first = this.CONSUME(keyword('authentication'));
    const authentication = this.OR([
      this.token(keyword('md5'), { form: 'md5' } as const),
      {
        ALT: () => {
          this.CONSUME(keyword('tcp-ao'));
          this.CONSUME(keyword('key-id'));
          const keyId = this.toInteger(this.CONSUME(Integer));
          this.CONSUME(keyword('algorithm'));
          return { form: 'tcp-ao', keyId, algorithm: this.SUBRULE(this.ref) } as const;
        },
      },
    ]);
    return { ...this.settingFrom(first), setting: 'authentication', authentication };
  });

  /** "bfd" [ "off" | { "interval" DURATION | "multiplier" INT } ] */
  private bfd = this.inner('bfd', (): PeerSetting => {
    const first = this.CONSUME(keyword('bfd'));
    const off = this.OPTION(() => this.CONSUME(keyword('off')));
    const [intervals, multipliers]: [ReturnType<typeof this.toDuration>[], ReturnType<typeof this.toInteger>[]] = [
      [],
      [],
    ];
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(keyword('interval'));
            intervals.push(this.toDuration(this.CONSUME(Duration)));
          },
        },
        {
          ALT: () => {
            this.CONSUME(keyword('multiplier'));
            multipliers.push(this.toInteger(this.CONSUME(Integer)));
          },
        },
      ]),
    );
    const value = off === undefined ? 'on' : 'off';
    return { ...this.settingFrom(first), setting: 'bfd', value, intervals, multipliers };
  });

  /** ( "hold-time" | "keepalive" | "connect-retry" ) DURATION */
  private timer = this.inner('timer', (): PeerSetting => {
    const start = this.LA(1);
    const setting = this.OR([this.word('hold-time'), this.word('keepalive'), this.word('connect-retry')]);
    const value = this.toDuration(this.CONSUME(Duration));
    return { ...this.settingFrom(start), setting, value };
  });

  /** ( "multihop" | "ttl-security" ) [ INT | "off" ] */
  private hops = this.inner('hops', (): PeerSetting => {
    const start = this.LA(1);
    const setting = this.OR([this.word('multihop'), this.word('ttl-security')]);
    const { value, hops } = this.OPTION(() =>
      this.OR1([
        { ALT: () => ({ value: 'on' as const, hops: this.toInteger(this.CONSUME(Integer)) }) },
        this.token(keyword('off'), { value: 'off' as const, hops: undefined }),
      ]),
    ) ?? { value: 'on' as const, hops: undefined };
    return { ...this.settingFrom(start), setting, value, hops };
  });

  /** ( "passive" | "add-paths" | "extended-next-hop" | "transit" ) [ "off" ] */
  private flag = this.inner('flag', (): PeerSetting => {
    const start = this.LA(1);
    const setting = this.OR([
      ...[this.word('passive'), this.word('add-paths'), this.word('extended-next-hop'), this.word('transit')],
    ]);
    const off = this.OPTION(() => this.CONSUME(keyword('off')));
    return { ...this.settingFrom(start), setting, value: off === undefined ? 'on' : 'off' };
  });

  /** "source" ( fromObject | address ) */
  private sourceSetting = this.inner('sourceSetting', (): PeerSetting => {
    const first = this.CONSUME(keyword('source'));
    const value = this.SUBRULE(this.addressOrObject);
    return { ...this.settingFrom(first), setting: 'source', value };
  });

  /** "long-lived-graceful-restart" ( "off" | DURATION ) */
  private longLivedRestart = this.inner('longLivedRestart', (): PeerSetting => {
    const first = this.CONSUME(keyword('long-lived-graceful-restart'));
    const value = this.SUBRULE(this.durationOrOff);
    return { ...this.settingFrom(first), setting: 'long-lived-graceful-restart', value };
  });

  /** "next-hop" ( "self" | "keep" | "auto" ) */
  private nextHopSetting = this.inner('nextHopSetting', (): PeerSetting => {
    const first = this.CONSUME(keyword('next-hop'));
    const value = this.OR([this.word('self'), this.word('keep'), this.word('auto')]);
    return { ...this.settingFrom(first), setting: 'next-hop', value };
  });

  /** ( "import-limit" | "export-limit" ) ( "off" | INT limitAction ) */
  private routeLimit = this.inner('routeLimit', (): PeerSetting => {
    const start = this.LA(1);
    const setting = this.OR([this.word('import-limit'), this.word('export-limit')]);
    const { limit } = this.OR1([
      this.token(keyword('off'), { limit: undefined }),
      {
        ALT: () => {
          const count = this.toInteger(this.CONSUME(Integer));
          const action = this.OR2([this.word('warn'), this.word('block'), this.word('restart'), this.word('disable')]);
          return { limit: { count, action } };
        },
      },
    ]);
    return { ...this.settingFrom(start), setting, limit };
  });

  /** "allow-local-as" ( "off" | INT ) */
  private allowLocalAs = this.inner('allowLocalAs', (): PeerSetting => {
    const first = this.CONSUME(keyword('allow-local-as'));
    const { count } = this.OR([
      this.token(keyword('off'), { count: undefined }),
      { ALT: () => ({ count: this.toInteger(this.CONSUME(Integer)) }) },
    ]);
    return { ...this.settingFrom(first), setting: 'allow-local-as', count };
  });

  /** "role" ( "off" | Ref ) */
  private role = this.inner('role', (): PeerSetting => {
    const first = this.CONSUME(keyword('role'));
    const { role } = this.OR([
      this.token(keyword('off'), { role: undefined }),
      { ALT: () => ({ role: this.SUBRULE(this.ref) }) },
    ]);
    return { ...this.settingFrom(first), setting: 'role', role };
  });
}
