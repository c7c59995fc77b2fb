/**
 * Constructs that were in the language before they ran. A build says which of them a campaign uses; `flowc start` refuses
 * what this version does not run. A row set to `runs: true` switches its construct on.
 */
export const constructs = {
  telegram: { runs: false, words: 'Telegram communications' },
  whatsapp: { runs: false, words: 'WhatsApp communications' },
  voice: { runs: false, words: 'voice communications' },
  'communication updated': { runs: false, words: '`on communication updated`' },
  'incoming session': { runs: false, words: '`on incoming session`' },
  'best time': { runs: false, words: '`best time`' },
  'skip when': { runs: false, words: '`skip when`' },
  'success when': { runs: false, words: '`success when`' },
  'failure when': { runs: false, words: '`failure when`' },
  'at most': { runs: false, words: '`at most`' },
  holdout: { runs: false, words: '`holdout`' },
  rate: { runs: false, words: '`rate`' },
  advanced: { runs: false, words: '`advanced`' },
  on_edit: { runs: false, words: '`on_edit: follow` or `exit`' },
} as const satisfies Record<string, { readonly runs: boolean; readonly words: string }>;

export type Construct = keyof typeof constructs;

/** One sentence why this version cannot run the campaign; null if it can. */
export function whyNotRunnable(campaign: { readonly name: string; readonly uses?: readonly string[] }): string | null {
  const missing = (campaign.uses ?? []).filter((use) => !isConstruct(use) || !constructs[use].runs);
  if (missing.length === 0) return null;
  const words = missing.map((use) => (isConstruct(use) ? constructs[use].words : `\`${use}\``));
  const all = words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  return `${campaign.name} cannot be started: this version of flowc builds it, but does not run ${all} yet. Take that out of the campaign, or start it with a later version.`;
}

function isConstruct(word: string): word is Construct {
  return Object.hasOwn(constructs, word);
}
