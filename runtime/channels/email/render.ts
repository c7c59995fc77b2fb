import { DateTime } from 'luxon';
import type { Fields, FieldType } from '../../model/values.ts';
import { htmlToText } from './html-to-text.ts';
import { engineFor, renderSource } from './liquid.ts';
import { Instant, LocalDate, templateValue } from './printed-values.ts';
import { isHtmlPath, splitTemplate } from './template-file.ts';

export interface RenderInput {
  /** `path` is shown in errors and its ending decides: `.html` is HTML and escaped, everything else plain text. */
  readonly template: { readonly path: string; readonly text: string } | null;
  /** Every declared field; a missing value is `null` and prints as nothing. A name that is not here is an error. */
  readonly fields: Fields;
  /** Types of the fields: without its type a date or a numeric prints as it is stored. */
  readonly types: Readonly<Record<string, FieldType>>;
  readonly locale: string;
  /** The scheduling timezone (IANA). */
  readonly zone: string;
  /** Virtual epoch milliseconds: what `now` and `today` mean. */
  readonly now: number;
}

export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

const subjectWithout = 'Notification';

/** Fills a template with the values of this moment. Throws `TemplateError`, whose message is one sentence with line and column. */
export function render(input: RenderInput): RenderedEmail {
  if (input.template === null) return { subject: subjectWithout, text: '' };
  const { path, text } = input.template;
  const parts = splitTemplate(text, path);
  const reading = { locale: input.locale, zone: input.zone };
  const scope = scopeOf(input);
  const plain = engineFor(reading, 'text');
  const subject = parts.subject === null ? '' : renderSource(plain, parts.subject, path, scope);
  const html = isHtmlPath(path);
  const body = renderSource(html ? engineFor(reading, 'html') : plain, parts.body, path, scope).slice(parts.bodyOffset);
  return {
    // A line break in a value must not become one in a header.
    subject: subject.replace(/\s+/g, ' ').trim() || subjectWithout,
    ...(html ? { text: htmlToText(body), html: body } : { text: body }),
  };
}

function scopeOf(input: RenderInput): Record<string, unknown> {
  const now = DateTime.fromMillis(input.now, { zone: input.zone });
  const scope: Record<string, unknown> = { today: new LocalDate(now.toFormat('yyyy-MM-dd')), now: new Instant(now) };
  for (const [name, value] of Object.entries(input.fields)) {
    scope[name] = templateValue(value, input.types[name], input.zone);
  }
  return scope;
}
