/** Random workspaces of one campaign, as a person could write them: the checker accepts most of them. */
import fc from 'fast-check';
import { fields, join, pick, results, typed } from '../language/written-expressions.ts';

/** Names the generated modules use themselves, and names JavaScript's objects have. */
const awkward = `r: boolean
  facts: boolean
  flow: integer
  valueOf: string
  constructor: gold | basic`;

export const workspaceText = `workspace acme {
  timezone: "Europe/Berlin"
  skip when r
  at most 3 per day
}
profile {
  r: boolean
  secret: string private
}
channel billing: email { rate: 60 per minute }
channel wa: whatsapp { skip when r }
channel phones: voice
channel bot: telegram
agent a: inbound { channels: billing, wa, phones, bot  inbound: bot  ${results} }
`;

const { number, day, moment, words, truth } = typed;
const member = pick('gold', 'basic', 'tier', 'constructor', 'none');
const instant = fc.oneof(day, moment);
const bound = fc.oneof(pick('3 days', '1 month', 'due + 3 days'), instant);
const communication = pick('HELLO', 'CALL', 'LATER', 'TEXT');
const asksForSession = 'session.channel == bot';
/** Two enumerations do not compare. */
const told = truth.filter((text) => !text.includes('outcome'));
const condition = fc.oneof(
  told,
  pick('r', 'not r', 'paid', asksForSession, 'communication.name == CALL', 'CALL.status in (Failed, NoResponse)'),
);
/** Time alone wakes nobody. */
const event = condition.filter((text) => !/\b(?:today|now)\b/.test(text));
const braced = (body: string) => `{\n${body}\n}`;

const effect = fc.oneof(
  condition.map((text) => `set paid = ${text}`),
  condition.map((text) => `set r = ${text}, facts = r`),
  number.map((text) => `set amount = ${text}`),
  instant.map((text) => `set seen = ${text}`),
  fc.tuple(member, words).map(([a, b]) => `set tier = ${a}, constructor = ${a}, valueOf = ${b}`),
  pick('set profile.r = r, due = none', 'set r = true', 'set flow = 3', 'set profile.secret = "x"'),
  pick('cancel communications', 'cancel HELLO, CALL', 'cancel LATER'),
  communication.map((name) => `send ${name}`),
  fc
    .tuple(fc.oneof(number, instant, words, truth), pick('', 'writes: segment, tier', 'writes: r', 'reads: secret'))
    .map(
      ([text, more]) => `python P { code: "def run(): pass"  params: { r: ${text}, constructor: [${text}] }  ${more} }`,
    ),
  pick(
    'python Q { code: "def run(): pass" }',
    'python R { code: "def run(): pass"  params: { r: 1, one: { r: "r" } } }',
  ),
);

const wait = fc.oneof(
  pick('wait 3 days', 'wait 1 month', 'wait for r', 'wait for paid', 'wait for HELLO'),
  instant.map((text) => `wait until ${text}`),
  event.map((text) => `wait for ${text}`),
);
const boundedWait = join(
  fc.oneof(communication, event).map((text) => `wait for ${text}`),
  bound.map((text) => `up to ${text}`),
);

const { body } = fc.letrec<{ body: string; block: string; statement: string; last: string }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    effect,
    wait,
    boundedWait,
    join(
      boundedWait,
      tie('block').map((block) => `else ${block}`),
    ),
    join(
      condition.map((text) => `if ${text}`),
      tie('block'),
    ),
    join(
      condition.map((text) => `if ${text}`),
      tie('block'),
      tie('block').map((block) => `else ${block}`),
    ),
    fc
      .tuple(pick('tier', 'constructor', 'result.outcome', 'HELLO.result.outcome'), tie('block'), tie('block'))
      .map(([subject, one, other]) => {
        const [first, second] = subject.endsWith('outcome') ? ['good', 'bad'] : ['gold', 'basic'];
        return `match ${subject} ${braced(`${first} -> ${one}\n${second} -> ${other}`)}`;
      }),
    fc
      .tuple(tie('block'), tie('block'))
      .map(([one, other]) => `match constructor ${braced(`gold, basic -> ${one}\nelse -> ${other}`)}`),
    fc
      .tuple(pick('GREETING', 'OTHER'), tie('block'), tie('block'))
      .map(([name, one, other]) => `split ${name} ${braced(`30% -> ${one}\nelse -> ${other}`)}`),
  ),
  last: fc.oneof(tie('statement'), pick('stop', 'to other')),
  block: tie('body').map(braced),
  body: fc
    .tuple(fc.array(tie('statement'), { maxLength: 4 }), tie('last'))
    .map(([before, last]) => [...before, last].join('\n')),
}));

const triggers = pick(
  'on participant created',
  'on participant updated',
  'on participant updated: r, paid',
  'on communication ended: HELLO\n  on another flow',
  'on communication updated',
  'on communication updated: HELLO becomes Read',
  'on incoming session',
  'on incoming session: bot\n  on participant created',
);
const clauses = fc
  .tuple(condition, condition, condition, pick('', 'holdout 10%', 'at most 3 voice per 7 days', 'on_edit: follow'))
  .map(([exit, success, skip, more]) => `exit when ${exit}\n  success when ${success}\n  skip when ${skip}\n  ${more}`);

/** One campaign of two flows; `NAME` stands for the campaign's. */
export const campaignText = fc
  .tuple(clauses, triggers, pick('again: restart', 'again: ignore', 'again: parallel'), body, instant)
  .map(
    ([settings, on, again, statements, at]) => `campaign NAME {
  ${settings.replaceAll(asksForSession, 'paid')}
}
${fields.replace('{', `{\n  ${awkward}\n  segment: string\n`)}
email HELLO { agent: a  at: ${at}  window: any time  duration: 1 hour  template: "t" }
email LATER { agent: a  at: python "due"  window: best time  duration: 1 hour  template: "t" }
voice CALL { agent: a  at: now  window: 09:00-18:00  duration: 1 hour  phone: "+49 30 1234567" }
whatsapp TEXT {
  agent: a  at: today  window: any time  duration: 1 hour  template: "x"
  variables: { r: 1, first: amount, constructor: due }
}
flow main {
  ${on}
  ${again}
${on === 'on incoming session' ? statements : statements.replaceAll(asksForSession, 'r')}
}
flow other {
  on another flow
  ${again}
${statements.replaceAll('to other', 'stop').replaceAll(asksForSession, 'r')}
}
`,
  )
  .map(numbered);

/** Each Python action and each split has a NAME of its own. */
function numbered(text: string): string {
  let n = 0;
  return text.replace(/\b(python|split) ([A-Z]+) /g, (_, kind, name) => `${kind} ${name}${++n} `);
}
