/** Folder of a file of the workspace, relative to it, `/` between folders; empty for one at its top. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
