// What `npm test` runs: types, style, tests. Arguments go to vitest. The last line counts: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const bin = join(root, 'node_modules', '.bin');
const scratch = mkdtempSync(join(tmpdir(), 'flowc-test-'));
const report = join(scratch, 'report.json');
const environment = { ...process.env, PATH: `${bin}:${process.env.PATH}` };

function run(title, program, args) {
  console.log(`\n— ${title}`);
  const { status } = spawnSync(join(bin, program), args, { cwd: root, stdio: 'inherit', env: environment });
  return status === 0;
}

function count() {
  try {
    const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that does not load has no tests to fail.
    const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    return { passed, failed: failed + broken };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const types = run('types (tsc)', 'tsc', ['-p', '.']);
const style = run('style (biome)', 'biome', ['check']);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const tests = run('tests (vitest)', 'vitest', ['run', ...reporters, ...process.argv.slice(2)]);
const counted = count();
rmSync(scratch, { recursive: true, force: true });
const checks = [types, style];
const passed = counted.passed + checks.filter(Boolean).length;
// An error outside any test fails the run as well.
const failed = counted.failed + checks.filter((ok) => !ok).length + (!tests && counted.failed === 0 ? 1 : 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
