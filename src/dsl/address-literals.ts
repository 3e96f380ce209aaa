// Address and prefix literals → values, strictly. Every refusal says what was probably meant, in canonical text.

import type { AddressLiteral, PrefixLiteral } from './ast.ts';
import { messages } from './messages.ts';
import { addressBits, type Family, makePrefix, parseAddress, parsePrefix, renderAddress } from './prefix.ts';
import type { Report } from './report.ts';
import type { Span } from './span.ts';

/** Decodes `192.0.2.0/24` or `2001:db8::/32`; anything not canonical enough to be safe is reported. */
export function decodePrefix(text: string, span: Span, report: Report): PrefixLiteral {
  const value = parsePrefix(text);
  if (value === undefined) reportPrefix(text, span, report);
  return { kind: 'prefix', value, span };
}

/** Decodes an address without a length. */
export function decodeAddress(text: string, span: Span, report: Report): AddressLiteral {
  const parsed = parseAddress(text);
  if (parsed === undefined) {
    reportAddress(text, span, report);
    return { kind: 'address', value: undefined, span };
  }
  return { kind: 'address', value: { family: parsed.family, text: renderAddress(parsed.family, parsed.value) }, span };
}

function reportPrefix(text: string, span: Span, report: Report): void {
  const slash = text.indexOf('/');
  const [addressText, lengthText] = [text.slice(0, slash), text.slice(slash + 1)];
  const addressSpan = { ...span, end: span.start + slash };
  const lengthSpan = { ...span, start: span.start + slash + 1 };
  const address = parseAddress(addressText);
  if (address === undefined) {
    reportAddress(addressText, addressSpan, report);
    return;
  }
  const bits = addressBits(address.family);
  const length = Number(lengthText);
  if (length > bits) {
    report(lengthSpan, messages['length-out-of-range']({ family: address.family, max: bits }));
  } else if (lengthText !== String(length)) {
    const canonical = makePrefix(address.family, address.value, length).text;
    report(lengthSpan, messages['leading-zero']({ text, meant: canonical }), { fix: { span, newText: canonical } });
  } else {
    const network = makePrefix(address.family, address.value, length).text;
    const single = `${renderAddress(address.family, address.value)}/${bits}`;
    report(span, messages['host-bits']({ text, network, single }));
  }
}

function reportAddress(text: string, span: Span, report: Report): void {
  const zone = text.indexOf('%');
  if (zone >= 0) {
    const start = span.start + zone;
    report({ ...span, start }, messages['zone-id']({ zone: text.slice(zone), meant: text.slice(0, zone) }));
    return;
  }
  if (text.includes(':')) report(span, explainAddress6(text));
  else reportAddress4(text, span, report);
}

function reportAddress4(text: string, span: Span, report: Report): void {
  const parts = text.split('.');
  const index = parts.findIndex((part) => Number(part) > 255 || part !== String(Number(part)));
  const part = parts[index] ?? '';
  const start = span.start + parts.slice(0, Math.max(index, 0)).join('.').length + (index > 0 ? 1 : 0);
  const partSpan = { ...span, start, end: start + part.length };
  if (Number(part) > 255) report(partSpan, messages['octet-out-of-range']({ text: part }));
  else report(partSpan, messages['leading-zero']({ text, meant: parts.map(Number).join('.') }));
}

function explainAddress6(text: string): ReturnType<(typeof messages)['malformed-address']> {
  const mapped = mappedAddress(text);
  if (mapped !== undefined) return messages['mapped-address']({ text, meant: mapped });
  if (text.includes('.')) return messages['malformed-address']({ text, reason: 'the dotted form is not taken here' });
  const groups = text.split(':');
  const long = groups.find((group) => group.length > 4);
  if (long !== undefined) {
    return messages['malformed-address']({ text, reason: `\`${long}\` has more than four hexadecimal digits` });
  }
  if (text.split('::').length > 2 || text.includes(':::')) {
    return messages['malformed-address']({ text, reason: '`::` may stand once' });
  }
  const filled = groups.filter((group) => group !== '').length;
  const reason = filled > 7 ? 'it has more than eight groups' : 'a `:` stands at an end';
  return messages['malformed-address']({ text, reason });
}

/** The IPv4 address inside `::ffff:192.0.2.1` or `::ffff:c000:201`. */
function mappedAddress(text: string): string | undefined {
  const dotted = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  if (dotted !== undefined) return dotted;
  const hex = /^(?:0*:)*:?ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text);
  if (hex === null) return undefined;
  const value = (BigInt(`0x${hex[1]}`) << 16n) | BigInt(`0x${hex[2]}`);
  return renderAddress('ipv4' satisfies Family, value);
}
