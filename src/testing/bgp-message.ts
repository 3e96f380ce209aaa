// BGP-4 messages as bytes (RFC 4271, with RFC 4760 multiprotocol, RFC 6793 four-octet AS numbers, RFC 4724 graceful
// restart, RFC 1997, 4360 and 8092 communities). Reads everything a router of ours is sent; writes only what a peer in a
// test needs. AS numbers in AS_PATH are always four octets: both sides of a test have that capability.

import type { Family } from '../dsl/prefix.ts';
import { decodeAttributes, encodeAttributes, type RawAttributes } from './bgp-attributes.ts';
import { decodePrefixes, encodePrefixes } from './bgp-prefixes.ts';

/** Path attributes as text and numbers; absent means not in the message. */
export interface PathAttributes {
  readonly origin: 'igp' | 'egp' | 'incomplete' | undefined;
  /** AS numbers from left to right, sets flattened. */
  readonly asPath: readonly number[];
  readonly nextHop: string | undefined;
  readonly med: number | undefined;
  readonly localPref: number | undefined;
  /** `64512:100`, in the order of the message. */
  readonly communities: readonly string[];
  /** `64512:1:2`. */
  readonly largeCommunities: readonly string[];
  /** `rt:64512:100`, `ro:…`, else `0xTTSS:…`. */
  readonly extendedCommunities: readonly string[];
}

/** One message. */
export type BgpMessage =
  | {
      readonly kind: 'open';
      readonly as: number;
      readonly holdTime: number;
      readonly routerId: string;
      readonly capabilities: readonly Capability[];
    }
  | { readonly kind: 'update'; readonly update: UpdateMessage }
  | { readonly kind: 'notification'; readonly code: number; readonly subcode: number; readonly data: Buffer }
  | { readonly kind: 'keepalive' }
  | { readonly kind: 'route-refresh' };

/** A capability of an OPEN, undecoded. */
export interface Capability {
  readonly code: number;
  readonly value: Buffer;
}

/** What one UPDATE says. */
export interface UpdateMessage {
  readonly withdrawn: readonly string[];
  readonly announced: readonly string[];
  readonly attributes: PathAttributes;
  /** The family whose initial routes end here (RFC 4724 §2). */
  readonly endOfRib: Family | undefined;
}

/** Capability codes that are read or sent here. */
export const CAPABILITY = { multiprotocol: 1, routeRefresh: 2, gracefulRestart: 64, fourOctetAs: 65 } as const;

const TYPE = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const;
const HEADER_BYTES = 19;
/** Stands for an AS number that does not fit two octets. */
const AS_TRANS = 23456;

/** Cuts a stream of bytes into messages. Throws for what is no BGP. */
export function createMessageReader(): (chunk: Buffer) => readonly BgpMessage[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: BgpMessage[] = [];
    let at = 0;
    while (rest.length - at >= HEADER_BYTES) {
      const length = rest.readUInt16BE(at + 16);
      if (length < HEADER_BYTES) throw new Error(`a BGP message cannot have ${length} bytes`);
      if (rest.length - at < length) break;
      messages.push(decodeMessage(rest.readUInt8(at + 18), rest.subarray(at + HEADER_BYTES, at + length)));
      at += length;
    }
    rest = rest.subarray(at);
    return messages;
  };
}

/** An OPEN with these capabilities. */
export function encodeOpen(open: {
  readonly as: number;
  readonly holdTime: number;
  readonly routerId: string;
  readonly capabilities: readonly Capability[];
}): Buffer {
  const parameters = Buffer.concat(
    open.capabilities.map(({ code, value }) =>
      Buffer.concat([Buffer.from([2, value.length + 2, code, value.length]), value]),
    ),
  );
  const fixed = Buffer.alloc(10);
  fixed.writeUInt8(4, 0);
  fixed.writeUInt16BE(open.as > 0xffff ? AS_TRANS : open.as, 1);
  fixed.writeUInt16BE(open.holdTime, 3);
  fixed.set(open.routerId.split('.').map(Number), 5);
  fixed.writeUInt8(parameters.length, 9);
  return frame(TYPE.open, Buffer.concat([fixed, parameters]));
}

/** The capability to exchange unicast routes of a family. */
export function multiprotocolCapability(family: Family): Capability {
  return { code: CAPABILITY.multiprotocol, value: Buffer.from([0, afiOf(family), 0, 1]) };
}

/** The capability to use four-octet AS numbers. */
export function fourOctetAsCapability(as: number): Capability {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(as);
  return { code: CAPABILITY.fourOctetAs, value };
}

/** The capability of graceful restart; `restarting` says that this is the first session after a restart. */
export function gracefulRestartCapability(
  timeSeconds: number,
  families: readonly Family[],
  restarting = false,
): Capability {
  const head = Buffer.alloc(2);
  head.writeUInt16BE((restarting ? 0x8000 : 0) | (timeSeconds & 0xfff));
  const entries = families.map((family) => Buffer.from([0, afiOf(family), 1, 0x80]));
  return { code: CAPABILITY.gracefulRestart, value: Buffer.concat([head, ...entries]) };
}

export function encodeKeepalive(): Buffer {
  return frame(TYPE.keepalive, Buffer.alloc(0));
}

export function encodeNotification(code: number, subcode: number): Buffer {
  return frame(TYPE.notification, Buffer.from([code, subcode]));
}

/** An UPDATE that announces routes of one family with the same attributes. */
export function encodeAnnouncement(family: Family, prefixes: readonly string[], attributes: PathAttributes): Buffer {
  const nlri = encodePrefixes(prefixes);
  return family === 'ipv4'
    ? encodeUpdate(Buffer.alloc(0), encodeAttributes(attributes, undefined), nlri)
    : encodeUpdate(Buffer.alloc(0), encodeAttributes(attributes, { reach: nlri }), Buffer.alloc(0));
}

/** An UPDATE that withdraws routes of one family; without any it is that family's End-of-RIB. */
export function encodeWithdrawal(family: Family, prefixes: readonly string[]): Buffer {
  const nlri = encodePrefixes(prefixes);
  return family === 'ipv4'
    ? encodeUpdate(nlri, Buffer.alloc(0), Buffer.alloc(0))
    : encodeUpdate(Buffer.alloc(0), encodeAttributes(undefined, { unreach: nlri }), Buffer.alloc(0));
}

function encodeUpdate(withdrawn: Buffer, attributes: Buffer, nlri: Buffer): Buffer {
  const length = (bytes: Buffer) => Buffer.from([bytes.length >> 8, bytes.length & 0xff]);
  return frame(TYPE.update, Buffer.concat([length(withdrawn), withdrawn, length(attributes), attributes, nlri]));
}

function frame(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES, 0xff);
  header.writeUInt16BE(HEADER_BYTES + body.length, 16);
  header.writeUInt8(type, 18);
  return Buffer.concat([header, body]);
}

function decodeMessage(type: number, body: Buffer): BgpMessage {
  switch (type) {
    case TYPE.open:
      return decodeOpen(body);
    case TYPE.update:
      return { kind: 'update', update: decodeUpdate(body) };
    case TYPE.notification:
      return { kind: 'notification', code: body.readUInt8(0), subcode: body.readUInt8(1), data: body.subarray(2) };
    case TYPE.keepalive:
      return { kind: 'keepalive' };
    case TYPE.routeRefresh:
      return { kind: 'route-refresh' };
    default:
      throw new Error(`there is no BGP message of type ${type}`);
  }
}

function decodeOpen(body: Buffer): BgpMessage {
  const capabilities: Capability[] = [];
  for (let at = 10; at + 2 <= body.length; at += 2 + body.readUInt8(at + 1)) {
    if (body.readUInt8(at) !== 2) continue;
    const end = at + 2 + body.readUInt8(at + 1);
    for (let inner = at + 2; inner + 2 <= end; inner += 2 + body.readUInt8(inner + 1)) {
      const value = body.subarray(inner + 2, inner + 2 + body.readUInt8(inner + 1));
      capabilities.push({ code: body.readUInt8(inner), value });
    }
  }
  const long = capabilities.find(({ code }) => code === CAPABILITY.fourOctetAs);
  return {
    kind: 'open',
    as: long === undefined ? body.readUInt16BE(1) : long.value.readUInt32BE(0),
    holdTime: body.readUInt16BE(3),
    routerId: [...body.subarray(5, 9)].join('.'),
    capabilities,
  };
}

function decodeUpdate(body: Buffer): UpdateMessage {
  const withdrawnEnd = 2 + body.readUInt16BE(0);
  const attributesEnd = withdrawnEnd + 2 + body.readUInt16BE(withdrawnEnd);
  const raw = decodeAttributes(body.subarray(withdrawnEnd + 2, attributesEnd));
  const withdrawn = decodePrefixes('ipv4', body.subarray(2, withdrawnEnd));
  const announced = decodePrefixes('ipv4', body.subarray(attributesEnd));
  return {
    withdrawn: [...withdrawn, ...raw.withdrawn],
    announced: [...announced, ...raw.announced],
    attributes: raw.attributes,
    endOfRib: endOfRibOf(body, raw),
  };
}

/** An UPDATE with nothing in it ends the IPv4 routes, one with an empty MP_UNREACH_NLRI those of its family. */
function endOfRibOf(body: Buffer, raw: RawAttributes): Family | undefined {
  if (body.length === 4) return 'ipv4';
  return raw.count === 1 && raw.withdrawn.length === 0 ? raw.unreachFamily : undefined;
}

function afiOf(family: Family): number {
  return family === 'ipv4' ? 1 : 2;
}
