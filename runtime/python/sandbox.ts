/** The arguments of bubblewrap: what a sandbox shows of the host, all of it read-only. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Interpreter } from './interpreter.ts';

export interface SandboxOptions {
  /** The harness's own. */
  readonly harness: string;
  readonly interpreter: Interpreter;
  readonly network: 'host' | 'none';
  /** Folders of scripts, so that modules beside a script can be imported. */
  readonly folders: readonly string[];
  /** What none of them shows although it lies in one. */
  readonly hidden: readonly string[];
  /** Whether bubblewrap is started by root, who needs no user namespace. */
  readonly root: boolean;
}

export interface SandboxView {
  readonly arguments: readonly string[];
  /** What is shown below /tmp: each call gets a /tmp of its own, where these must be again. */
  readonly inScratch: readonly string[];
}

/** Folders of the system; which of them are links to others differs between distributions. */
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store', '/gnu/store'];
/** How programs find their libraries and certificates. */
const always = [
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/ssl/certs',
  '/etc/ssl/cert.pem',
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/certs',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/ca-trust/extracted',
  '/etc/ca-certificates',
];
/** How they find other machines. */
const forNetwork = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/services', '/etc/gai.conf'];

/** What a prefix holds of an interpreter, a venv or a Conda environment. */
const partsOfPrefix = ['bin', 'lib', 'lib64', 'pyvenv.cfg', 'ssl'];

/**
 * What the zygote needs to give each call a space and a user of its own. It never runs a script, and a script's
 * process has none of them.
 */
const capabilities = ['SYS_ADMIN', 'SETUID', 'SETGID', 'SETPCAP', 'SETFCAP', 'KILL'];

export function sandboxOf(options: SandboxOptions): SandboxView {
  const shown = outermost([...interpreterFolders(options.interpreter), options.harness, ...options.folders]);
  return { arguments: argumentsOf(options, shown), inScratch: shown.filter((path) => isWithin(path, '/tmp')) };
}

function argumentsOf({ network, hidden, root }: SandboxOptions, shown: readonly string[]): string[] {
  return [
    ...(root
      ? ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try']
      : ['--unshare-all', '--uid', '0', '--gid', '0']),
    ...networkArguments(network, root),
    ...['--cap-drop', 'ALL', ...capabilities.flatMap((name) => ['--cap-add', `CAP_${name}`])],
    ...['--die-with-parent', '--new-session', '--hostname', 'flowc'],
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/'],
    // Made by bubblewrap itself, they may be its user's alone.
    ...['/etc', '/etc/ssl', '/etc/pki', '/etc/pki/tls', '/etc/pki/ca-trust', ...shown.flatMap(foldersAbove)].flatMap(
      (path) => ['--perms', '0755', '--dir', path],
    ),
    ...system.flatMap(systemFolder),
    ...[...always, ...(network === 'host' ? forNetwork : [])].flatMap((path) => ['--ro-bind-try', path, path]),
    // A folder of scripts may be gone by now, and with it who needed it.
    ...shown.flatMap((path) => ['--ro-bind-try', path, path]),
    ...hidden.filter((path) => shown.some((folder) => isWithin(path, folder))).flatMap(hiding),
    // Nothing can be left behind for a later call: it gets the only places that can be written to anew.
    ...['--remount-ro', '/tmp', '--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

function networkArguments(network: 'host' | 'none', root: boolean): string[] {
  if (network === 'host') return root ? [] : ['--share-net'];
  return root ? ['--unshare-net'] : [];
}

function systemFolder(path: string): string[] {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return [];
  return entry.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** Of a prefix only what belongs to Python: it may be somebody's home. */
function interpreterFolders({ executable, prefixes, packages }: Interpreter): string[] {
  const parts = prefixes.flatMap((prefix) => partsOfPrefix.map((part) => join(prefix, part)));
  return [dirname(executable), ...parts, ...packages].filter((path) => existsSync(path));
}

/** From the outermost on. */
function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === '/' ? [] : [...foldersAbove(above), above];
}

function hiding(path: string): string[] {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return [];
  return entry.isDirectory() ? ['--tmpfs', path, '--remount-ro', path] : ['--ro-bind', '/dev/null', path];
}

/** Without those that lie in another one, or in a system folder. */
function outermost(paths: readonly string[]): string[] {
  const outside = [...new Set(paths)].filter((path) => !system.some((folder) => isWithin(path, folder)));
  return outside.filter((path) => !outside.some((other) => other !== path && isWithin(path, other))).toSorted();
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
