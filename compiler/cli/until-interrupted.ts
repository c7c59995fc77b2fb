/** A signal to the whole process group, forwarded by a parent as well, arrives twice at once: that is one wish. */
const sameWishMs = 1_000;

/**
 * Waits for Ctrl-C or SIGTERM, or for `work` to break. A later Ctrl-C ends the process at once.
 * @returns what ended the wait.
 */
export function untilInterrupted(work: Promise<unknown>): Promise<NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    let first = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      if (first > 0 && Date.now() - first > sameWishMs) process.exit(130);
      first ||= Date.now();
      resolve(signal);
    };
    for (const name of signals) process.on(name, onSignal);
    work.then(
      () => reject(new Error('the worker ended by itself')),
      (error: unknown) => reject(error),
    );
  });
}
