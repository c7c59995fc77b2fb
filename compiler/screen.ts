/** Text of users as it stands on a terminal: what it would do there, and how many places it takes. */

/** Nothing of it moves the cursor, colours, or turns the direction of reading; tabs are two spaces. */
export function visible(text: string): string {
  return text.replaceAll('\t', '  ').replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu, shown);
}

/** Control signs as their pictures, `␛` for escape; what has none as a sign that cannot be shown. */
function shown(sign: string): string {
  if (sign === '\n') return sign;
  return sign < ' ' ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : '\ufffd';
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Places on the screen: one per sign as people count them; wide ones take two, marks without a letter none. */
export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text))
    width += wide.test(segment) ? 2 : /^[\p{M}\p{Cf}]+$/u.test(segment) ? 0 : 1;
  return width;
}
