/** Window arithmetic of the hand-written controls: pure, and safe in replay (durations are not compared). */
export interface Window {
  from: string;
  to: string;
  days: number[];
} // days: 1 = Monday .. 7 = Sunday

const formatters = new Map<string, Intl.DateTimeFormat>();
function local(ms: number, zone: string) {
  let f = formatters.get(zone);
  if (!f) {
    f = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, f);
  }
  const o: Record<string, number> = {};
  for (const p of f.formatToParts(ms)) if (p.type !== 'literal') o[p.type] = Number(p.value);
  return o as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
}
function toInstant(wallUtc: number, zone: string): number {
  let t = wallUtc;
  for (let i = 0; i < 2; i++) {
    const l = local(t, zone);
    t += wallUtc - Date.UTC(l.year, l.month - 1, l.day, l.hour, l.minute, l.second);
  }
  return t;
}
const minutes = (s: string) => Number(s.slice(0, 2)) * 60 + Number(s.slice(3, 5));

/** First instant >= nowMs inside the window, in the given IANA zone. */
export function nextOpen(nowMs: number, zone: string, w: Window): number {
  const l = local(nowMs, zone);
  const midnight = Date.UTC(l.year, l.month - 1, l.day);
  for (let k = 0; k <= 7; k++) {
    const day = midnight + k * 86_400_000;
    if (!w.days.includes(new Date(day).getUTCDay() || 7)) continue;
    const open = toInstant(day + minutes(w.from) * 60_000, zone);
    const close = toInstant(day + minutes(w.to) * 60_000, zone);
    if (nowMs < close) return Math.max(open, nowMs);
  }
  throw new Error(`window never opens in ${zone}`);
}
