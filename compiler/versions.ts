/** Which older versions of flows stay in the build, so that runs that stand in them can go on. */

import type { KeptVersion } from './emit/modules.ts';
import type { GeneratedFile } from './emit.ts';

const currentModule = /^generated\/([^/]+)\/([^/]+)\.workflow\.ts$/;
const olderModule = /^generated\/([^/]+)\/versions\/([^/@]+)@([0-9a-f]{8})\.workflow\.ts$/;

/**
 * `previous`: the committed files under `generated/` (paths relative to the workspace); `current`: campaign → flow → hash.
 * Gives every version they hold that is not current, those that were current first. A flow that was deleted keeps its last
 * version.
 */
export function keepVersions(
  previous: readonly GeneratedFile[],
  current: ReadonlyMap<string, ReadonlyMap<string, string>>,
): readonly KeptVersion[] {
  const texts = new Map(previous.map((file) => [file.path, file.text]));
  const replaced: KeptVersion[] = [];
  const older: KeptVersion[] = [];
  for (const { path, text: workflow } of previous) {
    const match = currentModule.exec(path) ?? olderModule.exec(path);
    const data = texts.get(path.replace(/\.workflow\.ts$/, '.data.ts'));
    if (!match || data === undefined) continue;
    const campaign = match[1]!;
    // The names in the text, since a file may be called otherwise than its flow.
    const flow = /^ {2}name: '([^']+)',$/m.exec(data)?.[1];
    const hash = /^ {2}hash: '([0-9a-f]{8})',$/m.exec(data)?.[1];
    if (flow === undefined || hash === undefined || !current.has(campaign)) continue;
    if (current.get(campaign)?.get(flow) === hash) continue;
    (currentModule.test(path) ? replaced : older).push({ campaign, flow, hash, workflow, data });
  }
  return [...replaced, ...inOrderOfUse(older, texts)];
}

/** As the campaign's module lists them: newest first. */
function inOrderOfUse(older: readonly KeptVersion[], texts: ReadonlyMap<string, string>): readonly KeptVersion[] {
  const place = ({ campaign, hash }: KeptVersion) =>
    texts.get(`generated/${campaign}/campaign.workflow.ts`)?.indexOf(`@${hash}.workflow.ts`) ?? -1;
  return older.toSorted((a, b) => place(a) - place(b) || (a.hash < b.hash ? -1 : 1));
}
