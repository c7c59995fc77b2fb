/**
 * npm run soak -- [--seed 1] [--seeds 1] [--histories 1000] [--minutes 4] [--workers 2] [--quiet 60] [--pause 2-8 | none] [--keep FOLDER]
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isWell, reportText } from './report.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    histories: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
    quiet: { type: 'string', default: '60' },
    pause: { type: 'string', default: '2-8' },
    keep: { type: 'string', default: mkdtempSync(join(tmpdir(), 'flowc-soak-kept-')) },
  },
});
const began = Date.now();
const log = (line: string) => console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)}  ${line}`);
const [least, most] = values.pause.split('-').map(Number);

let well = true;
for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed++) {
  const report = await soak({
    seed,
    histories: Number(values.histories),
    minutes: Number(values.minutes),
    workers: Number(values.workers),
    quiet: Number(values.quiet),
    pause: values.pause === 'none' ? null : [least!, most ?? least!],
    keep: values.keep,
    log,
  });
  console.log(reportText(report));
  if (!isWell(report)) console.log(`histories and evidence: ${join(values.keep, `seed-${seed}`)}`);
  well &&= isWell(report);
}
process.exit(well ? 0 : 1);
