export interface Bell {
  ring(): void;
  /** Until it rings, at most for `ms`, or until the signal. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Wakes one who waits, or whoever comes next: a ring that nobody waits for is not lost. */
export function createBell(): Bell {
  const waiting = new Set<() => void>();
  let rung = false;
  return {
    ring() {
      const [first] = waiting;
      if (first) first();
      else rung = true;
    },
    async wait(ms, signal) {
      if (rung || signal.aborted) {
        rung = false;
        return;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          // Left among the waiting it would take the next ring, and nobody would hear it.
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal.addEventListener('abort', wake, { once: true });
        waiting.add(wake);
      });
    },
  };
}
