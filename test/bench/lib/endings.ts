/** What must end even when the bench is interrupted, newest first. */
const open: (() => Promise<void>)[] = [];

/** Gives a function that does the work once; `endAll` calls it if nobody has. */
export function ending(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  const once = (): Promise<void> => {
    done ??= work();
    return done;
  };
  open.unshift(once);
  return once;
}

export async function endAll(): Promise<void> {
  for (const end of open) await end().catch(() => {});
}
