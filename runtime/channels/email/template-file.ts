/** A template's two parts. Each keeps its place: line and column of the part are those of the file. */
export interface TemplateParts {
  readonly subject: string | null;
  readonly body: string;
  /** Line breaks in front of the body that stand for the lines before it. */
  readonly bodyOffset: number;
}

/** A template that cannot be rendered: one sentence, and where. Holds names of fields, never values. */
export class TemplateError extends Error {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  constructor(path: string, line: number, column: number, sentence: string) {
    super(`${path}:${line}:${column}: ${sentence}`);
    this.name = 'TemplateError';
    this.path = path;
    this.line = line;
    this.column = column;
  }
}

/**
 * Front matter is `subject: …` on the first line (or after a first line `---`) up to an empty line or `---`.
 * Without it the whole file is the body.
 */
export function splitTemplate(text: string, path: string): TemplateParts {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  const fenced = lines[0]?.trim() === '---';
  const first = fenced ? 1 : 0;
  if (!/^subject\s*:/i.test(lines[first] ?? '')) return { subject: null, body: lines.join('\n'), bodyOffset: 0 };
  let subject = '';
  let at = first;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.trim() === '---' || (line.trim() === '' && !fenced)) break;
    const entry = /^subject\s*:/i.exec(line);
    if (!entry || at > first) {
      throw new TemplateError(
        path,
        at + 1,
        1,
        `only "subject: …" is allowed before the text, found ${JSON.stringify(line.slice(0, 40))}; put an empty line after the subject.`,
      );
    }
    subject = '\n'.repeat(at) + ' '.repeat(entry[0].length) + line.slice(entry[0].length);
  }
  const bodyStart = Math.min(at + 1, lines.length);
  return { subject, body: '\n'.repeat(bodyStart) + lines.slice(bodyStart).join('\n'), bodyOffset: bodyStart };
}

export function isHtmlPath(path: string): boolean {
  return /\.html?$/i.test(path);
}
