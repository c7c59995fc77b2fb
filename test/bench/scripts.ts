/** `node --conditions=flowc-source test/bench/scripts.ts`: what a call of a five-line script costs, with and without a sandbox. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pythonPool } from '../../runtime/python/pool.ts';
import { descendantsCpuSeconds } from './lib/processes.ts';

const { values } = parseArgs({
  options: { n: { type: 'string', default: '300' }, size: { type: 'string', default: '2' } },
});
const code = readFileSync(join(import.meta.dirname, 'workspace/scripted_journey/scripts/score.py'), 'utf8');
const n = Number(values.n);
const size = Number(values.size);
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'America/Vancouver', 'Australia/Sydney'];

const call = (index: number) =>
  ({
    script: { code, name: 'score.py' },
    participant: { plan: 'free', name: `Person ${index}`, due: '2026-12-10T10:00:00' },
    types: { plan: { kind: 'string' }, name: { kind: 'string' }, due: { kind: 'datetime' } },
    communication: null,
    params: { vip: 'enterprise' },
    zone: zones[index % zones.length]!,
    timeoutMs: 60_000,
  }) as const;

console.log('| scripts run | calls/s | ms of CPU per call: scripts | worker |\n|---|--:|--:|--:|');
for (const sandbox of ['on', 'off'] as const) {
  const pool = pythonPool({ size, sandbox });
  const batch = (from: number, count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => pool.call(call(from + index))));
  // Interpreters start, zones are computed.
  await batch(0, 20);
  const before = descendantsCpuSeconds([process.pid]);
  const own = process.cpuUsage();
  const start = performance.now();
  const outcomes = await batch(20, n);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(own);
  const scripts = descendantsCpuSeconds([process.pid]) - before;
  const failed = outcomes.find((outcome) => outcome.kind === 'failed');
  if (failed) throw new Error(failed.message);
  const perCall = (cpu: number) => ((cpu * 1000) / n).toFixed(1);
  console.log(
    `| ${sandbox === 'on' ? 'in a sandbox' : 'with limits alone'} | ${(n / seconds).toFixed(0)} | ${perCall(scripts)} | ${perCall((user + system) / 1e6)} |`,
  );
  await pool.close();
}
