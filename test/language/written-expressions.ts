/** Random expressions as text, by type, over the fields of {@link fields}, the agent {@link results} and the communication HELLO. */
import fc from 'fast-check';

export const results = 'results { outcome: good | bad  score: numeric }';
export const fields = `participant {
  due: date
  seen: datetime
  amount: numeric
  visits: integer
  paid: boolean = false
  tier: gold | basic
  note: string
}`;

export const pick = (...texts: readonly string[]) => fc.constantFrom(...texts);
const comparison = pick('==', '!=', '<', '<=', '>', '>=');
const equality = pick('==', '!=');
export const join = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(' '));
const grouped = (part: fc.Arbitrary<string>) => part.map((text) => (text.includes(' ') ? `(${text})` : text));

/** Expressions by type, as far as the words can tell. */
export const typed = fc.letrec<Record<'number' | 'day' | 'moment' | 'words' | 'tier' | 'truth', string>>((tie) => {
  const of = (name: 'number' | 'day' | 'moment' | 'words' | 'tier' | 'truth') => grouped(tie(name));
  const deeper = { depthSize: 'small', withCrossShrink: true } as const;
  const time = fc.oneof(of('day'), of('moment'));
  return {
    number: fc.oneof(
      deeper,
      pick('visits', 'amount', '3', '0', '1.50', 'result.score', 'HELLO.result.score'),
      join(of('number'), pick('+', '-', '*', '/'), of('number')),
      of('number').map((text) => `-${text}`),
      join(of('day'), fc.constant('-'), of('day')),
    ),
    day: fc.oneof(
      deeper,
      pick('due', 'today', '2026-03-07', 'participant.due'),
      join(of('day'), pick('+', '-'), pick('3 days', '1 day', '2 weeks', '1 month')),
    ),
    moment: fc.oneof(
      deeper,
      pick('seen', 'now', '2026-03-29 02:30'),
      of('day').map((text) => `${text} at 10:00`),
      join(time, pick('+', '-'), pick('2 hours', '1 minute', '30 seconds', '10:30')),
      join(of('moment'), pick('+', '-'), pick('3 days', '1 month')),
    ),
    words: pick('note', '"a"', '"gold"'),
    tier: pick('tier', 'gold', '"basic"', 'result.outcome'),
    truth: fc.oneof(
      deeper,
      pick('paid', 'true', 'false', 'tier == gold', 'HELLO.status == Failed', 'note contains "a"', 'seen is set'),
      join(of('number'), comparison, of('number')),
      join(time, comparison, time),
      join(of('words'), comparison, of('words')),
      join(of('tier'), equality, of('tier')),
      join(of('truth'), equality, of('truth')),
      join(of('truth'), pick('and', 'or'), of('truth')),
      of('truth').map((text) => `not ${text}`),
      join(of('number'), pick('is set', 'is not set')),
      fc.tuple(of('number'), of('number'), pick('in', 'not in')).map(([a, b, word]) => `${a} ${word} (${b}, 3)`),
      fc.tuple(time, time, pick('in', 'not in')).map(([a, b, word]) => `${a} ${word} (${b})`),
    ),
  };
});

/** Anything beside anything. */
export const { any } = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    ...Object.values(typed),
    pick('none', '3 days', '10:00', 'HELLO.channel', 'communication.name', 'HELLO.reason'),
    join(grouped(tie('any')), pick('==', '<', '+', '-', '*', '/', 'contains', 'and'), grouped(tie('any'))),
    grouped(tie('any')).map((text) => `not ${text}`),
    join(grouped(tie('any')), pick('is set', 'at 10:00')),
    fc.tuple(grouped(tie('any')), grouped(tie('any'))).map(([operand, item]) => `${operand} in (${item}, ${item})`),
  ),
}));
