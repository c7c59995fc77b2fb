import { isZone } from '../time/zone.ts';

/** A zone's offsets from 1900 to 2100, packed for flowc_zone.py. */
export interface ZoneData {
  /** Instants at which an offset begins: seconds, 64 bits each, most significant byte first; base64. */
  readonly times: string;
  /** For each of them the index of its offset, one byte each; base64. */
  readonly kinds: string;
  /** Seconds ahead of UTC. The first holds before the first of `times`. */
  readonly offsets: readonly number[];
}

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

const known = new Map<string, ZoneData>();

/** The offsets the kernel computes with. Throws RangeError for an unknown zone. */
export function zoneData(zone: string): ZoneData {
  let data = known.get(zone);
  if (!data) {
    data = packed(changesOf(zone));
    known.set(zone, data);
  }
  return data;
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

function packed(changes: readonly Change[]): ZoneData {
  const offsets = [...new Set(changes.map(({ offset }) => offset))];
  const times = Buffer.alloc(8 * changes.length);
  for (const [index, { at }] of changes.entries()) times.writeBigInt64BE(BigInt(at), 8 * index);
  const kinds = Buffer.from(changes.map(({ offset }) => offsets.indexOf(offset)));
  return { times: times.toString('base64'), kinds: kinds.toString('base64'), offsets };
}
