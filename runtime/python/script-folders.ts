import { stat } from 'node:fs/promises';

/** The folders that scripts came from so far: a sandbox shows those it was started with. */
export interface ScriptFolders {
  /** Notes a folder, and whether another one has taken its place. */
  add(folder: string): Promise<void>;
  all(): readonly string[];
  /** Another number after each change. */
  version(): number;
}

export function scriptFolders(): ScriptFolders {
  const known = new Map<string, string>();
  let version = 0;
  return {
    async add(folder) {
      // A folder that was removed and made anew, as a checkout does, is another one: a sandbox would show the old one.
      const { dev, ino } = await stat(folder);
      const identity = `${dev}:${ino}`;
      if (known.get(folder) === identity) return;
      known.set(folder, identity);
      version += 1;
    },
    all: () => [...known.keys()],
    version: () => version,
  };
}
