/** A bounded number of places; who comes later waits in order of arrival. */
export interface Places {
  /** Rejects with the signal's reason when it is aborted while waiting. */
  take(signal?: AbortSignal): Promise<void>;
  /** Gives a place back. */
  free(): void;
  /** Nobody waits any more, now or later. */
  open(): void;
}

export function createPlaces(size: number): Places {
  const waiting: (() => void)[] = [];
  let left = size;
  let isOpen = false;
  return {
    async take(signal) {
      if (isOpen || left > 0) left--;
      else await turn(waiting, signal);
    },
    free() {
      // The place goes to who waits longest, else it is free: whoever comes in between must not take it as well.
      const next = waiting.shift();
      if (next) next();
      else left++;
    },
    open() {
      isOpen = true;
      for (const go of waiting.splice(0)) go();
    },
  };
}

function turn(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', leave, { once: true });
    waiting.push(go);
  });
}
