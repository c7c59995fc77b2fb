/** A TCP proxy between a worker and what it needs: it can be slow, stand still, lose its connections, or be away. */
import { createServer, type Server, Socket } from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface TcpProxy {
  readonly port: number;
  /** Where new connections go from now on. */
  aim(target: Target): void;
  /** Whatever the client says now arrives only when `release` is called; nothing is lost. `share`: of the connections. */
  stall(share: number, pick: () => number): void;
  release(): void;
  /** The same, but only from a transaction's begin on: nothing is locked meanwhile, and what others write goes on. */
  stallBegins(share: number, pick: () => number): void;
  /** Each piece the client says arrives this much later. */
  slow(ms: number): void;
  /** All connections end at once; new ones are taken. */
  cut(): void;
  /** As `cut`, and nobody gets in until `back`. */
  away(): void;
  back(): void;
  stop(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  stalled: boolean;
  /** Stalls at the next transaction. */
  stallsAtBegin: boolean;
  /** The instant the last piece is due at: pieces keep their order. */
  due: number;
  readonly kept: Buffer[];
}

export async function startProxy(first: Target): Promise<TcpProxy> {
  const links = new Set<Link>();
  let target = first;
  let state: 'open' | 'away' = 'open';
  let delayMs = 0;
  let stallNext: (() => boolean) | null = null;
  let stallNextBegin: (() => boolean) | null = null;

  const server: Server = createServer((client) => {
    client.on('error', () => {});
    if (state === 'away') {
      client.resetAndDestroy();
      return;
    }
    const link: Link = {
      client,
      server: new Socket(),
      stalled: stallNext?.() ?? false,
      stallsAtBegin: stallNextBegin?.() ?? false,
      due: 0,
      kept: [],
    };
    links.add(link);
    connect(link);
  });

  function connect(link: Link): void {
    const { client, server: upstream } = link;
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    upstream.on('error', () => {});
    upstream.connect(target.port, target.host);
    client.on('data', (piece) => forward(link, piece));
    upstream.on('data', (piece) => client.write(piece));
    const end = () => {
      links.delete(link);
      client.destroy();
      upstream.destroy();
    };
    client.once('close', end);
    upstream.once('close', end);
  }

  function forward(link: Link, piece: Buffer): void {
    if (link.stallsAtBegin && piece.includes('begin\0')) link.stalled = true;
    if (link.stalled) {
      link.kept.push(piece);
      return;
    }
    const now = Date.now();
    if (delayMs === 0 && link.due <= now) {
      link.server.write(piece);
      return;
    }
    link.due = Math.max(link.due, now + delayMs);
    setTimeout(() => forwardLate(link, piece), link.due - now);
  }

  function forwardLate(link: Link, piece: Buffer): void {
    if (link.stalled) link.kept.push(piece);
    else if (!link.server.destroyed) link.server.write(piece);
  }

  const cut = () => {
    for (const { client, server: upstream } of links) {
      client.resetAndDestroy();
      upstream.destroy();
    }
    links.clear();
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    aim: (next) => {
      target = next;
    },
    stall: (share, pick) => {
      stallNext = () => pick() < share;
      for (const link of links) link.stalled = stallNext();
    },
    stallBegins: (share, pick) => {
      stallNextBegin = () => pick() < share;
      for (const link of links) link.stallsAtBegin = stallNextBegin();
    },
    release: () => {
      stallNext = null;
      stallNextBegin = null;
      for (const link of links) {
        link.stalled = false;
        link.stallsAtBegin = false;
        for (const piece of link.kept.splice(0)) link.server.write(piece);
      }
    },
    slow: (ms) => {
      delayMs = ms;
    },
    cut,
    away: () => {
      state = 'away';
      cut();
    },
    back: () => {
      state = 'open';
    },
    stop: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
