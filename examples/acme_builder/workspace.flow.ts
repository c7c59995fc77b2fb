import { agent, boolean, calendar, channel, date, enumeration, oneOf, profile, string, window, workspace } from 'flowc';

workspace('acme', {
  timezone: 'Europe/Berlin',
  locale: 'en-GB',
  contactHours: '08:00-21:00',
});

export const outcome = enumeration('outcome', ['promised', 'refused', 'unreachable']);

export const person = profile({
  kind: oneOf(['private_customer', 'business'], 'private_customer'),
  segment: oneOf(['gold', 'silver', 'basic'], { description: 'written by the score; decides how we ask' }),
  opted_out: boolean(false),
});

export const billing = channel('billing', 'email');

calendar('de_holidays', [
  '2026-12-24',
  '2026-12-25',
  '2026-12-26',
  '2026-12-31',
  '2027-01-01',
  '2027-03-26',
  '2027-03-29',
  '2027-05-06',
]);

export const everyDay = window('every_day', '09:00-18:00');
export const office = window(
  'office',
  '09:00-18:00 on mon-thu except de_holidays, 09:00-15:00 on fri except de_holidays',
);

export const collector = agent('collector', {
  channels: [billing],
  task: 'Agree on a payment date.',
  instructions: 'Be brief and polite.\nNever promise a discount.',
  silence: '24 hours',
  results: {
    outcome: oneOf(['promised', 'refused']),
    pay_by: date({ description: 'the date on which the person promised to pay' }),
    comment: string(),
  },
});
