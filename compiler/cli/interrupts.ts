/** A signal to the whole process group, forwarded by a parent as well, arrives twice at once: that is one wish. */
const sameWishMs = 1_000;

export interface Interrupts {
  /** Did Ctrl-C or SIGTERM come already? */
  happened(): boolean;
  /** Waits for one, or for `work` to break. */
  until(work: Promise<unknown>): Promise<void>;
}

/** Takes Ctrl-C and SIGTERM from now on, so that what has started is ended. A later one ends the process at once. */
export function watchInterrupts(): Interrupts {
  let first = 0;
  let wake = (): void => {};
  const interrupted = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const onSignal = (): void => {
    if (first > 0 && Date.now() - first > sameWishMs) process.exit(130);
    first ||= Date.now();
    wake();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return {
    happened: () => first > 0,
    until: (work) =>
      Promise.race([
        interrupted,
        work.then(() => {
          throw new Error('the worker ended by itself');
        }),
      ]),
  };
}
