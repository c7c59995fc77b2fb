/** 3xx: Settings, clauses and what they name. */
import { type Rows, suggestions } from './row.ts';

const none = '';

export const settingRows = {
  FLOW301: {
    severity: 'error',
    title: 'Unknown setting',
    message: '{owner:owner} has no setting `{name}`.',
    help: { ...suggestions, none },
  },
  FLOW302: {
    severity: 'error',
    title: 'Missing setting',
    message: {
      setting: '{owner:owner} needs the setting `{name}` ({purpose:purpose}).',
      'start phrase': '{owner:owner} needs the setting `{name}`: its agent has no `welcome_message`.',
    },
    help: 'Add `{example}`.',
    cascades: true,
  },
  FLOW303: {
    severity: 'error',
    title: 'Duplicate setting',
    message: 'Duplicate `{name}`; first on line {line}.',
    help: 'Remove one of them.',
  },
  FLOW304: {
    severity: 'error',
    title: 'Invalid value',
    message: 'Invalid `{name}`: expected {form:form}, but found `{found}`.',
    help: { example: 'For example: `{example}`.', examples: 'For example: `{example}` or `{other}`.' },
  },
  FLOW305: {
    severity: 'error',
    title: 'Agent lacks the channel',
    message: {
      others: 'Agent `{agent}` has no `{kind}` channel, only {channels:and}.',
      none: 'Agent `{agent}` has no `{kind}` channel.',
    },
    help: 'Add one to `channels:` of agent `{agent}`, or choose another agent.',
    cascades: true,
    once: true,
  },
  FLOW306: {
    severity: 'error',
    title: 'Ambiguous channel',
    message: 'Agent `{agent}` has several `{kind}` channels ({channels:and}); `{name}` does not say which one to use.',
    help: 'Add `channel: {first}`.',
    cascades: true,
  },
  FLOW307: {
    severity: 'error',
    title: 'Not the agent’s channel',
    message: '`{channel}` is not among the `{kind}` channels of agent `{agent}`.',
    help: suggestions,
    cascades: true,
  },
  FLOW308: {
    severity: 'error',
    title: 'Window never opens',
    message: '`{from}-{to}` starts and ends at the same time, so it never opens.',
    help: 'Write `00:00-24:00` for the whole day, or use two different times.',
  },
  FLOW309: {
    severity: 'error',
    title: 'Invalid time',
    message: '`{text}` is not a valid time of day.',
    help: 'Write HH:MM between 00:00 and 23:59; a window may end at `24:00`.',
  },
  FLOW310: {
    severity: 'error',
    title: 'Unknown timezone',
    message: 'Unknown timezone `{text}`.',
    help: {
      write: { say: 'Write `"{meant}"`.', write: '"{meant}"' },
      example: 'Write an IANA name such as `"Europe/Berlin"`.',
    },
  },
  FLOW311: {
    severity: 'error',
    title: 'Unknown day',
    message: 'Unknown day of the week `{text}`.',
    help: { ...suggestions, write: { say: 'Write `{meant}`.', write: '{meant}' } },
  },
  FLOW312: {
    severity: 'error',
    title: 'Inbound agent',
    message: {
      taken: 'Channel `{channel}` already has the inbound agent `{other}`.',
      role: 'Agent `{agent}` has `inbound` channels, but is not declared as inbound.',
      'not its own': 'Agent `{agent}` does not have the channel `{channel}`.',
    },
    help: {
      taken: 'Remove the channel from `inbound:` of one of them.',
      role: 'Write `agent {agent}: inbound {`.',
      'not its own': 'Add it to `channels:`.',
    },
    cascades: true,
  },
  FLOW313: {
    severity: 'warning',
    title: 'Unused communication',
    message: 'Communication `{name}` is never sent.',
    help: 'Add `send {name}` to a flow, or remove the communication.',
    cascades: true,
  },
  FLOW314: {
    severity: 'warning',
    title: 'Missing template',
    message: 'E-mail `{name}` has no template: it is sent with an empty body and the subject `Notification`.',
    help: 'Add `template: "{meant}"` and create the file templates/{meant}.liquid.',
    cascades: true,
  },
  FLOW315: {
    severity: 'error',
    title: 'Duration of zero',
    message: '`{name}` must be greater than zero, but is `{text}`.',
    help: 'For example: `{example}`.',
  },
  FLOW316: {
    severity: 'error',
    title: 'Misplaced clause',
    message: '`{clause}` is not allowed in {owner:owner}.',
    help: 'Move it to {places:or}.',
  },
  FLOW317: {
    severity: 'error',
    title: 'Script or code',
    message: {
      neither: 'Python action `{name}` has neither `script` nor `code`.',
      both: 'Python action `{name}` has both `script` and `code`.',
    },
    help: {
      neither: 'Add `script: "scripts/{meant}.py"`, or `code:` with the code in triple quotes.',
      both: 'Remove one of them.',
    },
    cascades: true,
  },
  FLOW318: {
    severity: 'error',
    title: 'Misplaced best time',
    message: '`best time` is not allowed here: it must be the whole window of a communication.',
    help: 'Write `window: best time within 09:00-18:00` in the communication, and plain times here.',
  },
  FLOW319: {
    severity: 'error',
    title: 'Invalid SIP parameters',
    message: {
      unknown: 'Unknown SIP parameter `{parameter}` in `sip_parameters` of `{name}`.',
      repeated: 'Duplicate SIP parameter `{parameter}` in `sip_parameters` of `{name}`.',
      value:
        'Invalid SIP parameter `{parameter}` in `sip_parameters` of `{name}`: expected {allowed:sip}, but found `{value}`.',
    },
    help: {
      ...suggestions,
      'remove one': 'Remove one of them.',
      example: 'For example: `sip_parameters: "transport=udp;timeout=30"`.',
    },
  },
  FLOW320: {
    severity: 'error',
    title: 'Scenario out of order',
    message: {
      'no start': 'Scenario `{title}` has no `start`.',
      'second start': 'A scenario can have only one `start`.',
      'given late': '`{line}` must come before `start`.',
      'event early': 'This happens before the scenario starts.',
      'time goes back': 'This goes back in time: line {line} is already at {at}.',
    },
    help: {
      'add start': 'Add a line such as `start at 2026-03-06 20:00` before the first event.',
      'remove line': 'Remove this line.',
      'move above': 'Move it above `start`.',
      'move below': 'Move it below `start at …`.',
      'move up': 'Move this line up, or give it a later time.',
    },
  },
  FLOW321: {
    severity: 'error',
    title: 'Limit out of range',
    message: {
      'holds nobody': '`{text}` holds nobody back.',
      'holds everybody': '`{text}` leaves nobody to write to.',
      count: '`{text}` must be a whole number greater than zero.',
      period: '`{text}` is not a valid period for a limit.',
    },
    help: {
      holdout: 'Write a percentage between 0% and 100%, such as `holdout 5%`.',
      count: 'For example: `at most 3 voice per 7 days`.',
      period: 'Write {periods:or}, or a rolling period such as `per 7 days`.',
    },
  },
} as const satisfies Rows;
