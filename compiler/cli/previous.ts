import { execFileSync, spawnSync } from 'node:child_process';
import { UserError } from '../../runtime/user-error.ts';
import { readFolder } from './files.ts';

/** Branches a change is merged into, the first one that exists counts. */
const mainBranches = ['origin/HEAD', 'main', 'master', 'origin/main', 'origin/master'];

/**
 * `generated/` as it was released: committed at `base`, or at the merge base with the main branch. People may still be
 * inside these versions, so a build keeps them. Outside git, and before the first commit: the files on disk.
 * @returns text by path relative to the workspace: `generated/…`.
 * @throws UserError (usage) when `base` is no commit.
 */
export function releasedFiles(workspace: string, base: string | undefined): ReadonlyMap<string, string> {
  if (git(workspace, 'rev-parse', '--is-inside-work-tree') !== 'true') {
    if (base)
      throw new UserError('usage', `--base ${base} names a commit, and ${workspace} is not in a git repository.`);
    return readFolder(workspace, 'generated');
  }
  const commit = base ? git(workspace, 'rev-parse', '--verify', '--quiet', `${base}^{commit}`) : mergeBase(workspace);
  if (base && !commit)
    throw new UserError('usage', `--base ${base} is not a commit of this repository: give a branch, a tag or a hash.`);
  return commit ? committedFiles(workspace, commit) : readFolder(workspace, 'generated');
}

function mergeBase(workspace: string): string | null {
  for (const branch of mainBranches) {
    const commit = git(workspace, 'merge-base', 'HEAD', branch);
    if (commit) return commit;
  }
  return git(workspace, 'rev-parse', '--verify', '--quiet', 'HEAD');
}

function committedFiles(workspace: string, commit: string): ReadonlyMap<string, string> {
  const listed = git(workspace, 'ls-tree', '-r', '-z', '--name-only', commit, '--', 'generated/') ?? '';
  const paths = listed.split('\0').filter(Boolean);
  if (paths.length === 0) return new Map();
  const names = paths.map((path) => `${commit}:./${path}`).join('\n');
  const batch = execFileSync('git', ['cat-file', '--batch'], {
    cwd: workspace,
    input: `${names}\n`,
    maxBuffer: 1 << 30,
  });
  const files = new Map<string, string>();
  let at = 0;
  for (const path of paths) {
    const header = batch.indexOf('\n', at);
    const size = Number(batch.toString('utf8', at, header).split(' ').at(-1));
    files.set(path, batch.toString('utf8', header + 1, header + 1 + size));
    at = header + 1 + size + 1;
  }
  return files;
}

/** What git prints, trimmed; null when it refuses or is not installed. */
function git(cwd: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? stdout.trim() : null;
}
