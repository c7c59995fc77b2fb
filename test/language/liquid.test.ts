import { Liquid } from 'liquidjs';
import { describe, expect, test } from 'vitest';
import { checkFiles } from './workspace.ts';

/** What is said of a template, `LINE:COLUMN CODE message`. */
function said(template: string): readonly string[] {
  const { diagnostics } = checkFiles({
    'workspace.flow':
      'workspace acme { timezone: "Europe/Berlin" }\nchannel billing: email\nagent a { channels: billing }\n',
    'pay/campaign.flow': `campaign pay
participant { visits: integer = 0  kind: x | y = x  note: string = ""  due_date: date required  maybe: string }
email HELLO { agent: a  at: now  window: any time  duration: 1 hour  template: "hello" }
flow f { on participant created  send HELLO }
`,
    'pay/templates/hello.txt': template,
  });
  return diagnostics.map(({ code, message, span }) => {
    const column = span.start - template.lastIndexOf('\n', span.start - 1);
    return `${span.line}:${column} ${code} ${message}`;
  });
}

const engine = new Liquid({ strictVariables: true, strictFilters: true, ownPropertyOnly: true, templates: {} });
const record = { visits: 1, kind: 'x', note: '', due_date: '2026-03-07', participant: { visits: 1 } };

describe('what the engine renders is not refused', () => {
  test.each([
    '{{ visits }} {{- visits -}} {{ "text" }} {{ 5 }} {{ participant.visits }}',
    "{{ note | default: 'a | b' }} {{ visits | plus: 1 | times: visits | round: 2 }}",
    '{% if visits > 3 and kind == "x" or note contains "x" %}a{% elsif visits %}b{% else %}c{% endif %}',
    "{% unless visits %}x{% endunless %}{% case kind %}{% when 'x', 'y' %}y{% else %}z{% endcase %}",
    "{% assign list = 'a,b' | split: ',' %}{% for each in list limit: 2 reversed %}{{ each }}{{ forloop.index }}{% break %}{% else %}-{% endfor %}{{ list[0] }}{{ list.size }}",
    '{% capture hello %}Hello {{ note }}{% endcapture %}{{ hello }}',
    '{% comment %}{{ zzz }} {% nope %}{% endcomment %}{% raw %}{{ zzz }}{% endraw %}{% # a remark %}',
    "{% increment counter %}{% cycle 'a', 'b' %}{%- if visits -%}x{%- endif -%}{{ 'now' | date: '%Y' }}",
    '{% for each in (1..3) %}{{ each }}{% continue %}{% endfor %}',
  ])('%s', async (template) => {
    expect(said(template)).toEqual([]);
    await expect(engine.parseAndRender(template, record)).resolves.toEqual(expect.any(String));
  });
});

describe('what it would fail at when sending is told at its place', () => {
  test.each([
    ['Hi\n  {{ nope }}', '2:3 FLOW403 `{{ nope }}` uses the unknown field `nope`.'],
    ['{% if nope %}a{% endif %}', '1:1 FLOW403 `{% if nope %}` uses the unknown field `nope`.'],
    ['{{ visits | plus: nope }}', '1:1 FLOW403 `{{ visits | plus: nope }}` uses the unknown field `nope`.'],
    ['{% for x in nope %}{% endfor %}', '1:1 FLOW403 `{% for x in nope %}` uses the unknown field `nope`.'],
    ['{% assign a = nope %}', '1:1 FLOW403 `{% assign a = nope %}` uses the unknown field `nope`.'],
    ['{{ visits | upcse }}', '1:1 FLOW404 Unknown filter `upcse`.'],
    ['{% assign a = visits | upcse %}', '1:1 FLOW404 Unknown filter `upcse`.'],
    ['{{ visits + 1 }}', '1:1 FLOW406 The placeholder `{{ visits + 1 }}` is not a value with filters.'],
    ['{{ }}', '1:1 FLOW406 The placeholder `{{ }}` is empty.'],
    [
      "{{ note | default 'x' }}",
      "1:1 FLOW406 The placeholder `{{ note | default 'x' }}` has no `:` after the filter `default`.",
    ],
    ['{{ visits', '1:1 FLOW406 The placeholder `{{ visits` is never closed.'],
    ['a\n{% if visits', '2:1 FLOW406 The tag `{% if visits` is never closed.'],
    ['a\n{% if visits %}b', '2:1 FLOW406 `{% if visits %}` is never closed: `{% endif %}` is missing.'],
    ['{% if visits %}{% endfor %}', '1:16 FLOW406 `{% endfor %}` has no matching opening tag.'],
    ['{% else %}', '1:1 FLOW406 `{% else %}` has no matching opening tag.'],
    ['{% nope %}', '1:1 FLOW406 Unknown tag `{% nope %}`.'],
    ['{% render "x" %}', '1:1 FLOW406 `{% render "x" %}` includes another file, which a template cannot do.'],
  ])('%j', async (template, message) => {
    expect(said(template)).toEqual([message]);
    await expect(engine.parseAndRender(template, record)).rejects.toThrow();
  });
});

test('a value that may be missing is warned about in placeholders', () => {
  expect(said("{{ maybe | truncate: 5, '.' }}{{ maybe | default: '' }}{% if maybe %}x{% endif %}")).toEqual([
    '1:1 FLOW405 `maybe` may be missing here and has no default.',
  ]);
});
