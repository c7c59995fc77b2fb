import { once } from 'node:events';

/** A signal to the whole process group, forwarded by a parent as well, arrives twice at once: that is one wish. */
const sameWishMs = 1_000;

export interface Interrupts {
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Did one come already? */
  happened(): boolean;
  /** Waits for one, or for `work` to break. */
  until(work: Promise<unknown>): Promise<void>;
  /** They end the process again. */
  release(): void;
}

/** Takes Ctrl-C and SIGTERM from now on, so that what has started is ended. A later one ends the process at once. */
export function watchInterrupts(): Interrupts {
  const wish = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (first > 0 && Date.now() - first > sameWishMs) process.exit(130);
    first ||= Date.now();
    wish.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  const { signal } = wish;
  return {
    release() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
    },
    signal,
    happened: () => signal.aborted,
    until: (work) =>
      Promise.race([
        signal.aborted ? Promise.resolve() : once(signal, 'abort').then(() => {}),
        work.then(() => {
          throw new Error('the worker ended by itself');
        }),
      ]),
  };
}
