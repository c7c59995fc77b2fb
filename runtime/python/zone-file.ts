import { isZone } from '../time/zone.ts';

interface Change {
  readonly at: number;
  readonly offset: number;
}

const first = Date.UTC(1900, 0, 1) / 1000;
const last = Date.UTC(2100, 0, 1) / 1000;
/** Two changes that cancel each other out lie weeks apart (Ramadan in Morocco is the shortest). */
const stepSeconds = 14 * 86_400;
/** A zone that changes nothing for so long does not begin again in what is known of the future. */
const quietSeconds = 20 * 365 * 86_400;

/** Days after a change. */
const quarters = [91, 182, 273];

const known = new Map<string, string>();

/**
 * The offsets the kernel computes with, from 1900 to 2100, as a TZif file (RFC 9636) that Python's zoneinfo reads; base64.
 * Throws RangeError for an unknown zone.
 */
export function zoneFile(zone: string): string {
  let file = known.get(zone);
  if (file === undefined) {
    file = tzif(zone, changesOf(zone)).toString('base64');
    known.set(zone, file);
  }
  return file;
}

/** What holds from one change on, as often as it differs from all before. */
interface Kind {
  readonly offset: number;
  readonly isSummer: boolean;
  readonly name: string;
}

function tzif(zone: string, changes: readonly Change[]): Buffer {
  const { kinds, indexes } = kindsOf(zone, changes);
  const names = kinds.map(({ name }) => `${name}\0`);
  const starts = names.map((_, index) => names.slice(0, index).join('').length);
  const counts = [0, 0, 0, changes.length, kinds.length, names.join('').length];
  // The part for readers of 32 bits is empty but for the one kind it must have.
  return Buffer.concat([
    ...[header([0, 0, 0, 0, 1, 1]), Buffer.alloc(7), header(counts)],
    ...changes.map(({ at }) => int64(at)),
    Buffer.from(indexes),
    ...kinds.map(({ offset, isSummer }, index) =>
      Buffer.concat([int32(offset), Buffer.from([isSummer ? 1 : 0, starts[index]!])]),
    ),
    Buffer.from(`${names.join('')}\n\n`, 'latin1'),
  ]);
}

/** The first kind holds before the first change as well. */
function kindsOf(zone: string, changes: readonly Change[]): { kinds: readonly Kind[]; indexes: readonly number[] } {
  const offset = offsetsOf(zone);
  // Ahead of what the clock shows at some time of the year that follows.
  const summers = changes.map((change) => quarters.some((days) => offset(change.at + days * 86_400) < change.offset));
  const keys = changes.map((change, index) => `${change.offset} ${summers[index]}`);
  const distinct = [...new Set(keys)];
  const kinds = distinct.map((key) => {
    // The latest change names it: an abbreviation of a century ago helps nobody.
    const latest = keys.lastIndexOf(key);
    const { at, offset: seconds } = changes[latest]!;
    return { offset: seconds, isSummer: summers[latest]!, name: abbreviation(zone, at, seconds) };
  });
  return { kinds, indexes: keys.map((key) => distinct.indexOf(key)) };
}

function header(counts: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from('TZif2'), Buffer.alloc(15), ...counts.map(int32)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

/** Which of them knows the abbreviation depends on the continent. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-ZA'];

/** `CET`, or `+03` as the timezone database has it where English has no word. */
function abbreviation(zone: string, at: number, offset: number): string {
  for (const locale of locales) {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' });
    const name = format.formatToParts(at * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (/^[A-Z]{3,5}$/.test(name) && (name !== 'GMT' || offset === 0)) return name;
  }
  const minutes = Math.floor(Math.abs(offset) / 60);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${minutes % 60 ? two(minutes % 60) : ''}`;
}

function changesOf(zone: string): readonly Change[] {
  if (!isZone(zone)) throw new RangeError(`"${zone}" is not a timezone. Write an IANA name such as Europe/Berlin.`);
  const offset = offsetsOf(zone);
  const quietFrom = Date.now() / 1000 + quietSeconds;
  const changes: Change[] = [{ at: first, offset: offset(first) }];
  for (let at = first; at < last; at += stepSeconds) {
    const before = changes.at(-1)!;
    if (at > quietFrom && at - before.at > quietSeconds) break;
    if (offset(at + stepSeconds) === before.offset) continue;
    const change = firstChange(offset, at, at + stepSeconds);
    changes.push({ at: change, offset: offset(change) });
  }
  return changes;
}

/** The first second in (low, high] whose offset differs from that at `low`. */
function firstChange(offset: (at: number) => number, low: number, high: number): number {
  const before = offset(low);
  let same = low;
  let changed = high;
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offset(middle) === before) same = middle;
    else changed = middle;
  }
  return changed;
}

/** `1/1/2026, GMT+05:30`: several times as fast as formatting to parts, and asked some thousand times for a zone. */
function offsetsOf(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] =
      /GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(format.format(at * 1000)) ?? [];
    const ahead = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return sign === '-' ? -ahead : ahead;
  };
}
