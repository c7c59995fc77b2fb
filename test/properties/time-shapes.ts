import type { Weekday, Window } from '../../runtime/model/window.ts';
import { dateOf } from './time-stepper.ts';

const everyDay: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** `range('22:00', '06:00', [6, 7])` */
export function range(from: string, to: string, days: readonly Weekday[] = everyDay, except: readonly string[] = []) {
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return { from: minutes(from), to: minutes(to), days, except };
}

/** Windows with their contact hours; the excepted dates lie around the given local day, on which the zone's offset changes. */
export function shapesAround(changeDay: number): Readonly<Record<string, readonly Window[]>> {
  const [before, change, after] = [dateOf(changeDay - 1), dateOf(changeDay), dateOf(changeDay + 1)];
  const office: Window = [range('09:00', '18:00', [1, 2, 3, 4]), range('09:00', '14:00', [5])];
  return {
    'any time': [[range('00:00', '24:00')]],
    office: [office],
    'early hours': [[range('00:00', '03:00')]],
    overnight: [[range('22:00', '06:00')]],
    'overnight on fri, sat': [[range('23:30', '02:30', [5, 6])]],
    'several ranges': [[range('01:30', '02:30'), range('12:00', '13:00', [2, 3, 4]), range('20:00', '24:00', [6, 7])]],
    'ranges that touch at midnight': [[range('18:00', '24:00', [6]), range('00:00', '01:00', [7])]],
    'ranges that overlap': [[range('00:30', '02:15'), range('02:00', '03:30', [6, 7]), range('23:00', '01:00', [7])]],
    'sunday at two': [[range('02:00', '03:00', [7])]],
    'two minutes': [[range('23:59', '00:01')]],
    'overnight to midnight': [[range('21:00', '00:00', [6, 7])]],
    'excepted days': [[range('00:30', '02:45', everyDay, [change, after])]],
    'overnight except the evening before': [[range('21:00', '03:00', everyDay, [before])]],
    'overnight except the day': [[range('21:00', '03:00', everyDay, [change])]],
    'office in contact hours': [office, [range('08:00', '12:30')]],
    'overnight in contact hours': [[range('20:00', '08:00')], [range('06:00', '23:00')]],
    'three windows': [[range('22:00', '04:00', [6])], [range('23:00', '02:30')], [range('00:00', '24:00', [6, 7])]],
    'contact hours overnight': [[range('00:00', '24:00', everyDay, [after])], [range('01:30', '00:30')]],
  };
}
