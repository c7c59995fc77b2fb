import { IANAZone } from 'luxon';

const shape = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const known = new Set<string>();
/** The first formatter of a process costs 30 ms, this list 2: it holds nearly every zone people write, but no links. */
let primary: ReadonlySet<string> | null = null;

/**
 * Whether the text is the name of an IANA timezone, links such as `US/Eastern` included. Offsets (`+02:00`, `utc+2`),
 * `local` and names in wrong case (`europe/berlin`: Python and Postgres would not find them) are none.
 */
export function isZone(name: string): boolean {
  primary ??= new Set(Intl.supportedValuesOf('timeZone'));
  if (known.has(name) || primary.has(name)) return true;
  if (!shape.test(name) || !IANAZone.isValidZone(name)) return false;
  const canonical = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  if (canonical !== name && canonical.toLowerCase() === name.toLowerCase()) return false;
  known.add(name);
  return true;
}

/** How people call the zone: `America/New_York` → `New York`. `Etc/GMT+5` lies five hours behind and is called `UTC-5`. */
export function zoneLabel(zone: string): string {
  const place = zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  const etc = /^Etc\/GMT([+-])(\d+)$/.exec(zone);
  return etc ? `UTC${etc[1] === '+' ? '-' : '+'}${etc[2]}` : place;
}

/** The zone somebody may have meant by a name that is none: `berlin`, `europe/berlin` and `Berlin` all mean `Europe/Berlin`. */
export function suggestZone(name: string): string | null {
  const wanted = name.trim().replaceAll(' ', '_').toLowerCase();
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const lower = (zone: string) => zone.toLowerCase();
  return (
    zones.find((zone) => lower(zone) === wanted) ?? zones.find((zone) => lower(zone).endsWith(`/${wanted}`)) ?? null
  );
}
