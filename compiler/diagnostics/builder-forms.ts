/** What a builder function takes, as messages say it. */
import type { BuilderForm } from '../../dsl/builder/problems.ts';

export const builderForms: Readonly<Record<BuilderForm, string>> = {
  name: 'a name',
  NAME: 'a NAME in uppercase',
  campaign: 'a campaign',
  channel: 'a channel',
  'channel kind': 'a kind of channel',
  communication: 'a communication',
  flow: 'a flow',
  inbound: '`inbound`',
  member: 'a member',
  status: 'a status',
  window: 'a window',
  'enum or members': 'an enum or its members',
  statement: 'a statement such as `stop()`, `send(…)` or `email(…)`',
  assignment: 'assignments such as `paid.to(true)`',
  trigger: 'a trigger such as `on.participantCreated` or `on.participantUpdated()`',
  'field type': 'a type such as `string()` or `oneOf(…)`',
  duration: "a duration such as '24 hours'",
  rate: "a rate such as '60 per minute'",
  limit: "a limit such as { count: 3, of: 'voice', per: '7 days' }",
  'time of day': "a time of day such as '09:00'",
  'finite number': 'a finite number',
  'positive number': 'a number that is zero or greater',
  value: 'a string, a number, true, false, `none` or a field',
  condition:
    'a boolean field, a comparison such as `attempts.gt(3)`, `and(…)`, `or(…)`, `not(…)`, or the condition as a string',
};
