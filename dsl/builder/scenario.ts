/** Scenarios: their lines are written in the language. */
import { readFragment } from './fragments.ts';
import { callPlace } from './place.ts';
import { type By, type CampaignRef, nameOf } from './references.ts';
import { declare } from './registry.ts';

/** In a file ending in `.test.flow.ts`: ``scenario(reminder, 'a promise stops the calls', `given { … }`)``. */
export function scenario(of: By<CampaignRef>, title: string, lines: string): void {
  const place = callPlace();
  const campaign = nameOf(of, 'campaign', place, [0]);
  const before = `scenario "" in ${campaign.text} {`;
  const node = readFragment('scenario', lines, place, [2], { before, after: '\n}' });
  if (node?.kind !== 'scenario') return;
  const text = { value: title.normalize('NFC'), raw: false, span: place.value(1) };
  declare(place.owner, { ...node, title: text, campaign, span: place.span() });
}
