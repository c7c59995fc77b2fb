/** A bar on stderr while something takes long; nothing where stderr is no terminal. */
export interface Progress {
  /** @param share of the whole, 0 to 1. */
  show(share: number, text: string): void;
  /** Takes the bar away. */
  clear(): void;
}

const width = 24;
const betweenMs = 100;

export function progressBar(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  let last = 0;
  return {
    show(share, text) {
      if (Date.now() - last < betweenMs) return;
      last = Date.now();
      const full = Math.round(Math.min(1, share) * width);
      stream.write(`\r\x1b[K${'█'.repeat(full)}${'░'.repeat(width - full)} ${text}`);
    },
    clear: () => stream.write('\r\x1b[K'),
  };
}
