#!/usr/bin/env node
// Plain JavaScript for any Node: finds a Node that can run flowc (22.18 or newer) and hands over to it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldest = [22, 18];
const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const compiled = join(root, 'dist', 'compiler', 'cli', 'main.js');
const source = join(root, 'compiler', 'cli', 'main.ts');
// The repository has sources, the published package has none: inside the repository a left-over dist must not run.
const fromSource = existsSync(source);

// Compiled code is kept between runs: `flowc check` takes half the time.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), `flowc-compile-cache-${process.getuid?.() ?? 0}`);

if (goodVersion(process.versions.node) && !fromSource) {
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  await import(pathToFileURL(compiled).href);
} else {
  const node = findNode();
  if (node) run(node);
  else {
    process.stderr.write(
      `flowc needs Node ${oldest.join('.')} or newer and found only ${process.versions.node}: run \`npm install node@24\` in this folder, or install Node 24 from https://nodejs.org.\n`,
    );
    process.exitCode = 3;
  }
}

function goodVersion(text) {
  const [major, minor] = text.replace(/^v/, '').split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function findNode() {
  if (goodVersion(process.versions.node)) return process.execPath;
  return candidates().find((file) => {
    if (!existsSync(file)) return false;
    const packaged = packagedVersion(file);
    if (packaged) return goodVersion(packaged);
    const answer = spawnSync(file, ['-v'], { encoding: 'utf8' });
    return answer.status === 0 && goodVersion(answer.stdout.trim());
  });
}

// Version of a Node that comes as an npm package; asking the program itself would cost a process at every start.
function packagedVersion(file) {
  try {
    const { name, version } = JSON.parse(readFileSync(join(dirname(dirname(file)), 'package.json'), 'utf8'));
    return name === 'node' ? version : null;
  } catch {
    return null;
  }
}

// The `node` package beside flowc, then one the current folder resolves, then the PATH.
function* nodeCandidates() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  if (process.env.FLOWC_NODE) yield process.env.FLOWC_NODE;
  yield join(root, 'node_modules', 'node', 'bin', name);
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'x.js')).href]) {
    try {
      yield join(dirname(createRequire(from).resolve('node/package.json')), 'bin', name);
    } catch {
      // No `node` package in reach of this place.
    }
  }
  for (const folder of (process.env.PATH ?? '').split(delimiter)) if (folder) yield join(folder, name);
}

function candidates() {
  return [...new Set(nodeCandidates())];
}

function run(node) {
  const program = fromSource ? ['--conditions=flowc-source', source] : [compiled];
  // Where malloc is glibc's, an arena for each thread of Temporal's core holds on to a third of a worker's memory.
  const env = { MALLOC_ARENA_MAX: '2', ...process.env };
  const child = spawn(node, [...program, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // Ctrl-C at a terminal reaches the child as well, and it minds only the first of two at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`flowc could not start ${node}: ${error.message}.\n`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
