import type { Host } from './host.ts';

/** A host that never lets a local activity begin where a replay could see what comes later before it. */
export interface WritingHost {
  readonly host: Host;
  /** The next item is taken from the inbox. */
  next(): void;
  /** A local activity's answer is taken: its marker stands in the history. */
  answered(): void;
}

/**
 * A workflow task that writes nothing but waits for a local activity is handed over at replay together with the task that
 * follows, signals first, if the task before it wrote nothing either (`find_end_index_of_next_wft_seq` in Temporal's core). A
 * signal that came during the local activity would then be handled before the timer or answer that began it. So where neither
 * this item nor the one before it has written anything, the local activity begins with an event of its own: the versions, once
 * more. That is rare: most of what happens writes.
 */
export function writingHost(outside: Host): WritingHost {
  // An execution begins with signals alone, whose order is that of the history.
  let before = true;
  let now = false;

  const wrote = (): void => {
    now = true;
  };

  return {
    host: {
      ...outside,
      // What is canceled may have happened already, which writes nothing: it does not count.
      timer(...given) {
        wrote();
        return outside.timer(...given);
      },
      activity(...given) {
        wrote();
        return outside.activity(...given);
      },
      setVersions(versions) {
        wrote();
        outside.setVersions(versions);
      },
      local(name, input, summary, done) {
        if (!before && !now) {
          wrote();
          outside.setVersions(outside.versions());
        }
        outside.local(name, input, summary, done);
      },
    },
    next() {
      before = now;
      now = false;
    },
    answered: wrote,
  };
}
