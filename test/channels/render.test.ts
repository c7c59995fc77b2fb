import { describe, expect, it } from 'vitest';
import { type RenderInput, render } from '../../runtime/channels/email/render.ts';
import { TemplateError } from '../../runtime/channels/email/template-file.ts';

const input = (path: string, text: string, over: Partial<RenderInput> = {}): RenderInput => ({
  template: { path, text },
  fields: {
    name: 'Ada <Lovelace>',
    nick: null,
    due_date: '2026-03-10',
    appointment: '2026-03-10T15:30:00',
    called: '2026-03-10T15:30:00Z',
    amount: '12345.50',
    small: '0',
    attempts: 1234567,
    paid: true,
  },
  types: {
    name: { kind: 'string' },
    nick: { kind: 'string' },
    due_date: { kind: 'date' },
    appointment: { kind: 'datetime' },
    called: { kind: 'datetime' },
    amount: { kind: 'numeric' },
    small: { kind: 'numeric' },
    attempts: { kind: 'integer' },
    paid: { kind: 'boolean' },
  },
  locale: 'en-GB',
  zone: 'America/New_York',
  now: Date.parse('2026-03-07T03:00:00Z'),
  ...over,
});
const text = (template: string, over: Partial<RenderInput> = {}) => render(input('a.txt', template, over)).text;

describe('a template', () => {
  it('without one the body is empty and the subject is Notification', () => {
    expect(render({ ...input('', ''), template: null })).toEqual({ subject: 'Notification', text: '' });
  });

  it('has its subject in front, as text, in one line', () => {
    const got = render(input('a.html', 'subject: For {{ name }}\n\n<p>Hi {{ name }}</p>'));
    expect(got.subject).toBe('For Ada <Lovelace>');
    expect(got.html).toBe('<p>Hi Ada &lt;Lovelace&gt;</p>');
    expect(got.text).toBe('Hi Ada <Lovelace>');
    const fields = { ...input('', '').fields, name: 'Ada\r\nBcc: eve@people.example' };
    expect(render(input('a.txt', 'subject: For {{ name }}\n---\nHi', { fields })).subject).toBe(
      'For Ada Bcc: eve@people.example',
    );
    expect(render(input('a.md', '---\nsubject: Fenced\n---\nHi'))).toEqual({ subject: 'Fenced', text: 'Hi' });
    expect(render(input('a.txt', 'Hi'))).toEqual({ subject: 'Notification', text: 'Hi' });
  });

  it('prints dates and numbers for the locale and the zone', () => {
    const all = '{{ due_date }} | {{ appointment }} | {{ called }} | {{ amount }} | {{ attempts }} | {{ small }}';
    expect(text(all)).toBe(
      '10 March 2026 | 10 March 2026 at 15:30 | 10 March 2026 at 11:30 | 12,345.50 | 1,234,567 | 0',
    );
    expect(text(all, { locale: 'de-DE', zone: 'Europe/Berlin' })).toBe(
      '10. März 2026 | 10. März 2026 um 15:30 | 10. März 2026 um 16:30 | 12.345,50 | 1.234.567 | 0',
    );
  });

  it('lets a filter say otherwise', () => {
    expect(text("{{ due_date | date: '%d.%m.' }}", { zone: 'Pacific/Kiritimati' })).toBe('10.03.');
    expect(text("{{ called | date: '%H:%M' }} {{ appointment | date: '%H:%M' }}")).toBe('11:30 15:30');
    expect(text("{{ due_date | date: '%B' }}", { locale: 'fr-FR' })).toBe('mars');
    expect(text('{{ amount | times: 2 }}')).toBe('24,691');
  });

  it('takes now and today from the clock it is given, in the zone', () => {
    expect(text("{{ today }} {{ 'now' | date: '%H:%M' }}")).toBe('6 March 2026 22:00');
  });

  it('compares numerics as numbers and dates as dates', () => {
    expect(text('{% if amount > 9 and small < amount %}yes{% endif %}')).toBe('yes');
    expect(text("{% if due_date > '2026-03-09' and due_date == '2026-03-10' %}yes{% endif %}")).toBe('yes');
  });

  it('a missing value prints as nothing, or as its default', () => {
    expect(text("[{{ nick }}] {{ nick | default: 'there' }} {{ due_date | default: 'soon' }}")).toBe(
      '[] there 10 March 2026',
    );
    expect(text("{{ elsewhere | default: 'there' }}")).toBe('there');
  });

  it('an unknown locale does not lose the message', () => {
    expect(text('{{ due_date }}', { locale: 'not a locale' })).toBe('10 March 2026');
    expect(text('{{ due_date }}', { locale: 'de_DE' })).toBe('10. März 2026');
  });

  it('HTML gives a readable text part', () => {
    const html = `<html><head><title>x</title><style>p { color: red }</style></head><body>
      <h1>Reminder</h1><p>Dear {{ name }},<br>pay <a href="https://acme.example/p?a=1&amp;b=2">here</a>.</p>
      <ul><li>one</li><li>two &amp; three</li></ul></body></html>`;
    expect(render(input('a.html', html)).text).toBe(
      'Reminder\n\nDear Ada <Lovelace>,\npay here (https://acme.example/p?a=1&b=2).\n\n- one\n- two & three',
    );
  });
});

describe('a template that is wrong', () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['a name nobody declared', 'subject: x\n\nHi\n  {{ nam }}', /^a\.txt:4:6: "nam" is not a field.*Known are .*name/],
    ['a name in the subject', 'subject: Hi {{ nam }}\n\nx', /^a\.txt:1:16: "nam" is not a field/],
    ['a filter that does not exist', 'Hi\n{{ name | shout }}', /^a\.txt:2:\d+: unknown filter "shout"/],
    ['an unclosed hole', 'Hi {{ name', /^a\.txt:1:4: .*not closed/],
    ['an unclosed tag', 'Hi\n{% if paid %}x', /^a\.txt:2:1: .*not closed/],
    ['an included file', "{% include 'etc/passwd' %}", /^a\.txt:1:1: templates cannot include other files/],
    ['an endless loop', '{% for i in (1..1000000000) %}x{% endfor %}', /^a\.txt:1:\d+: the template does too much/],
    ['more than a subject', 'subject: x\nto: y\n\nHi', /^a\.txt:2:1: only "subject: …"/],
    ['a prototype', '{{ constructor }}', /"constructor" is not a field/],
  ];
  for (const [name, template, message] of wrong) {
    it(`says where: ${name}`, () => {
      let error: unknown;
      try {
        render(input('a.txt', template));
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(TemplateError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).not.toContain('Lovelace');
      expect((error as Error).message).not.toContain('\n');
    });
  }

  it('a slow template ends', () => {
    const nested =
      '{% for i in (1..3000) %}{% for j in (1..3000) %}{% if i == j %}x{% endif %}{% endfor %}{% endfor %}';
    expect(() => text(nested)).toThrow(/does too much/);
  });
});
