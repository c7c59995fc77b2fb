/**
 * Waits for Ctrl-C or SIGTERM, or for `work` to break. A second Ctrl-C ends the process at once.
 * @returns what ended the wait.
 */
export function untilInterrupted(work: Promise<unknown>): Promise<NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const onSignal = (signal: NodeJS.Signals) => {
      for (const name of signals) process.off(name, onSignal);
      process.on('SIGINT', () => process.exit(130));
      resolve(signal);
    };
    for (const name of signals) process.on(name, onSignal);
    work.then(
      () => reject(new Error('the worker ended by itself')),
      (error: unknown) => reject(error),
    );
  });
}
