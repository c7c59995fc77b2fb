import type { CancelIr, PythonIr, SetIr } from '../ir.ts';
import type { CampaignModel } from '../model.ts';
import { factBook } from './facts.ts';
import { uniqueNames } from './names.ts';

/** What lowering one flow collects and has named so far. */
export interface Lowering {
  readonly campaign: CampaignModel;
  readonly book: ReturnType<typeof factBook>;
  /** A segment begins with the stretch of its name, so both are taken. */
  readonly segmentName: (words: string) => string;
  readonly stretchId: (words: string) => string;
  readonly stepName: (words: string) => string;
  readonly sets: SetIr[];
  readonly pythons: PythonIr[];
  readonly cancels: CancelIr[];
  /** NAMES it plans, in the order of the source. */
  readonly communications: Set<string>;
}

export function startLowering(campaign: CampaignModel): Lowering {
  const numbered = (name: string, n: number) => `${name} (${n})`;
  const stretchId = uniqueNames(numbered);
  const functionName = uniqueNames((name, n) => `${name}${n}`);
  return {
    campaign,
    book: factBook(),
    segmentName(words) {
      const name = functionName(words);
      stretchId(name);
      return name;
    },
    stretchId,
    stepName: uniqueNames(numbered),
    sets: [],
    pythons: [],
    cancels: [],
    communications: new Set(),
  };
}
