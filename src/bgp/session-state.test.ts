// Replies as printed by the versions named, shortened to what is read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withBfd } from './bfd-state.ts';
import { createReplyReader, type Reply } from './bird-reply.ts';
import { birdName } from './bird-syntax.ts';
import { parseRouteTable } from './route-table.ts';
import { matchPeers, parseSessions, protocolsGivenUp } from './session-state.ts';

const STATUS_2_17 = `1000-BIRD 2.17.5
1011-Router ID is 127.0.0.1
 Hostname is worker-1
 Current server time is 1795294958.640193
 Last reboot on 1795294956.428794
0013 Daemon is up and running
`;

const PROTOCOLS_2_17 = `2002-Name       Proto      Table      State  Since         Info
1002-device1    Device     ---        up     1795294956.428800  
1006-
1002-routes4    Static     master4    up     1795294956.428800  
1006-  Channel ipv4
     State:          UP
     Routes:         2 imported, 0 exported, 2 preferred
 
1002-peer_tor-a BGP        ---        up     1795294957.216750  Established   
1006-  Description:    x
   BGP state:          Established
     Neighbor address: 127.0.0.2
     Neighbor port:    1179
     Neighbor AS:      64500
     Local AS:         64512
     Source address:   127.0.0.1
     Hold timer:       23.525/30
   Channel ipv4
     State:          UP
     Routes:         3 imported, 1 filtered, 5 exported, 0 preferred
     Route change stats:     received   rejected   filtered    ignored   accepted
       Export updates:              2          0          2        ---          0
   Channel ipv6
     State:          DOWN
     IGP IPv6 table: master6
 
0000 
`;

const STATUS_2_0 = `1000-BIRD 2.0.12
1011-Router ID is 127.0.0.7
 Current server time is 2026-11-21 21:02:39.442
0013 Daemon is up and running
`;

const PROTOCOLS_2_0 = `2002-Name       Proto      Table      State  Since         Info
1002-peer_tor_a BGP        ---        start  21:02:36.446  Active        Socket: Connection refused
1006-  BGP state:          Active
     Neighbor address: 127.0.0.77
     Neighbor AS:      64500
     Local AS:         64512
     Connect delay:    0.577/0
     Last error:       Socket: Connection refused
   Channel ipv4
     State:          DOWN
 
1002-peer_old   BGP        ---        down   2026-11-20
1006-  BGP state:          Down
     Neighbor address: 127.0.0.78
     Neighbor AS:      64500
 
0000 
`;

const PROTOCOLS_3 = `2002-Name       Proto      Table      State  Since         Info
1002-peer_tor-a BGP        ---        stop   1795294957.2  Close         Received: Administrative shutdown
1006-  Created:            1795294950.0
   BGP state:          Close
     Neighbor address: 2001:db8::2
     Neighbor AS:      4200000000
     Local AS:         64512
     Last error:       Received: Administrative shutdown
   Channel ipv4
     State:          DOWN
     Import state:   DOWN
     Export state:   DOWN
     Routes:         0 imported, 0 exported, 0 preferred
     Route change stats:     received   rejected   filtered    ignored   RX limit      limit   accepted
 
0000 
`;

test('reads sessions of BIRD 2.17', () => {
  assert.deepEqual(parseSessions(reply(PROTOCOLS_2_17), reply(STATUS_2_17)), [
    {
      peer: 'tor-a',
      protocol: 'peer_tor-a',
      state: 'established',
      sinceMs: 1423,
      neighborAddress: '127.0.0.2',
      neighborRange: undefined,
      neighborAs: 64500,
      localAs: 64512,
      sourceAddress: '127.0.0.1',
      lastError: undefined,
      bfd: undefined,
      families: [
        { family: 'ipv4', received: 3, advertised: 5 },
        { family: 'ipv6', received: 0, advertised: 0 },
      ],
    },
  ]);
});

test('reads sessions of BIRD 2.0, whose times it cannot', () => {
  const sessions = parseSessions(reply(PROTOCOLS_2_0), reply(STATUS_2_0));
  assert.deepEqual(
    sessions.map(({ peer, state, sinceMs, lastError, localAs }) => ({ peer, state, sinceMs, lastError, localAs })),
    [
      { peer: 'old', state: 'idle', sinceMs: undefined, lastError: undefined, localAs: undefined },
      {
        peer: 'tor_a',
        state: 'active',
        sinceMs: undefined,
        lastError: 'Socket: Connection refused',
        localAs: 64512,
      },
    ],
  );
});

test('reads sessions of BIRD 3, with its additional columns and lines', () => {
  const [session] = parseSessions(reply(PROTOCOLS_3), reply(STATUS_2_17));
  assert.equal(session?.state, 'idle');
  assert.equal(session?.neighborAs, 4200000000);
  assert.equal(session?.lastError, 'Received: Administrative shutdown');
});

test('finds the sessions that BIRD has given up, not those that somebody disabled', () => {
  const text = `2002-Name       Proto      Table      State  Since         Info
1002-device1    Device     ---        up     21:35:04.750  
 peer_a     BGP        ---        down   21:35:04.751  Error: No listening socket
 peer_b     BGP        ---        down   21:35:04.751  
 peer_c     BGP        ---        start  21:35:07.752  Active        Socket: Connection refused
0000 
`;
  assert.deepEqual(protocolsGivenUp(reply(text)), ['peer_a']);
});

test('a peer whose name is too long for BIRD is found by comparing', () => {
  const peer = `rack-${'x'.repeat(80)}`;
  const protocol = birdName('peer', peer);
  const [session] = parseSessions(reply(PROTOCOLS_2_17.replace('peer_tor-a', protocol)), reply(STATUS_2_17));
  assert.equal(session?.peer, protocol);
  assert.ok(session !== undefined);
  assert.equal(matchPeers([session], ['tor-b', peer])[0]?.peer, peer);
});

test('reads routes, our own and imported ones', () => {
  const text = `1007-Table master4:
 192.0.2.2/32         blackhole [routes4 1795294956.428780] * (200)
                      unreachable [peer_tor-a 18:38:20.353 from 127.0.0.2] (100) [AS64500i]
 203.0.113.0/24       unicast [peer_tor-a 2026-11-20 from 127.0.0.2] * (100/10) [AS64500i]
 	via 192.0.2.1 on eth0
 
1007-Table master6:
 2001:db8::5/128      blackhole [routes6 1795294956.428780] * (200)
0000 
`;
  assert.deepEqual(parseRouteTable(reply(text)), [
    { prefix: '192.0.2.2/32', table: 'master4', peer: undefined, protocol: 'routes4', best: true },
    { prefix: '192.0.2.2/32', table: 'master4', peer: 'tor-a', protocol: 'peer_tor-a', best: false },
    { prefix: '203.0.113.0/24', table: 'master4', peer: 'tor-a', protocol: 'peer_tor-a', best: true },
    { prefix: '2001:db8::5/128', table: 'master6', peer: undefined, protocol: 'routes6', best: true },
  ]);
});

test('an empty table has no routes', () => {
  assert.deepEqual(parseRouteTable(reply('0000 \n')), []);
});

function reply(text: string): Reply {
  const [first] = createReplyReader().push(text);
  assert.ok(first !== undefined);
  return first;
}

test('adds what BFD says of the path to a peer', () => {
  const bfd = `1020-bfd1:
 IP address                Interface  State      Since         Interval  Timeout
 127.0.0.2                 ---        Up         1795294957.041    0.050    0.150
 2001:db8::2               eth1       Down       1795294957.041    1.000    0.000

0000 
`;
  const sessions = parseSessions(reply(PROTOCOLS_2_17), reply(STATUS_2_17));
  const [first] = withBfd(sessions, reply(bfd));
  assert.deepEqual([first?.neighborAddress, first?.bfd], ['127.0.0.2', 'up']);
  const [without] = withBfd(sessions, reply('9001 There is no BFD protocol running\n'));
  assert.equal(without?.bfd, undefined);
});
