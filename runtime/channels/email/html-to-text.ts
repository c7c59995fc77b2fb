const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  euro: '€',
  copy: '©',
  zwnj: '',
};

const invisible = /<(head|style|script|title|template)\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
const blocks = /<\/?(p|div|table|tr|ul|ol|h[1-6]|section|article|header|footer|blockquote|pre|hr)\b[^>]*>/gi;

/** The plain text of an HTML message, for readers that show no HTML: words, line breaks, list items and link targets. */
export function htmlToText(html: string): string {
  const marked = html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(invisible, '')
    .replace(/\s+/g, ' ')
    .replace(/<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a\s*>/gi, linkText)
    .replace(/<img\b[^>]*?\balt\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>/gi, (_all, a, b) => a ?? b)
    .replace(/<br\b[^>]*>/gi, '\n')
    .replace(/<li\b[^>]*>/gi, '\n- ')
    .replace(/<\/t[dh]\s*>/gi, ' ')
    .replace(blocks, (tag) => (/^<\/?tr/i.test(tag) ? '\n' : '\n\n'))
    .replace(/<[^>]*>/g, '');
  return decodeEntities(marked)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function linkText(_all: string, double: string | undefined, single: string | undefined, inner: string): string {
  const target = double ?? single ?? '';
  const words = inner.replace(/<[^>]*>/g, '').trim();
  if (!/^(https?|mailto):/i.test(target) || words === target || `mailto:${words}` === target) return inner;
  return `${inner} (${target})`;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
