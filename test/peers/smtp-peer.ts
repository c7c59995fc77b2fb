/**
 * An SMTP peer that speaks the protocol on the wire and offers no look-up. It can misbehave at every stage.
 *
 * As a process:
 *   node test/peers/smtp-peer.ts --port 0 --log FILE [--dot-delay MS] [--refuse]
 *     [--fail PATTERN=CODE[:PERCENT]]… [--drop-after-dot PERCENT]
 * prints `{"port":N}`; every Message-ID it accepts stands in FILE (one a line, on disk) before the client hears 250.
 * `--fail` answers the final dot of recipients matching PATTERN (a regular expression) with CODE, in PERCENT of the cases;
 * it is the same recipients each time. A 4xx is answered to the first attempt only, a 5xx always. `--refuse` closes every connection before the greeting.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

export const stages = ['connect', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'body', 'dot', 'rset'] as const;
export type Stage = (typeof stages)[number];

/** `close`: FIN, `reset`: RST, `silent`: never answers. `body` is reached with the first bytes of the message. */
export type Act =
  | { readonly do: 'close' | 'reset' | 'silent' | 'go on' }
  | { readonly do: 'say'; readonly line: string }
  | { readonly do: 'say and close'; readonly line: string };

export interface Accepted {
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

export interface SmtpPeerOptions {
  readonly port?: number;
  /** Decides at each stage; `argument` is the recipient at `rcpt` and `dot`, else the client's line. */
  readonly at?: (stage: Stage, argument: string) => Act;
  /** What EHLO offers. STARTTLS is answered, no TLS follows; AUTH PLAIN takes every login. */
  readonly extensions?: readonly string[];
  readonly dotDelayMs?: number;
  /** Called with each accepted message before the client hears of it. */
  readonly onAccepted?: (message: Accepted) => void;
}

export interface SmtpPeer {
  readonly port: number;
  readonly accepted: readonly Accepted[];
  /** Every line and event of all connections, in order: `C: MAIL FROM:<a@b>`, `final dot`. */
  readonly wire: readonly string[];
  connections(): number;
  stop(): Promise<void>;
}

const goOn: Act = { do: 'go on' };

export async function startSmtpPeer(options: SmtpPeerOptions = {}): Promise<SmtpPeer> {
  const accepted: Accepted[] = [];
  const wire: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    serve(socket, options, accepted, wire);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    accepted,
    wire,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, options: SmtpPeerOptions, accepted: Accepted[], wire: string[]): void {
  let from: string | null = null;
  let to: string[] = [];
  let data = '';
  let mode: 'commands' | 'data' | 'dead' = 'commands';
  let bodySeen = false;
  let buffer = '';

  const say = (line: string) => {
    wire.push(`S: ${line}`);
    socket.write(`${line}\r\n`);
  };
  /** Does what the stage's rule says; false: the usual answer is not given. */
  const usual = (stage: Stage, argument: string): boolean => perform(options.at?.(stage, argument) ?? goOn);
  const perform = (act: Act): boolean => {
    switch (act.do) {
      case 'go on':
        return true;
      case 'say':
        say(act.line);
        return false;
      case 'say and close':
        say(act.line);
        socket.end();
        mode = 'dead';
        return false;
      case 'close':
        socket.end();
        mode = 'dead';
        return false;
      case 'reset':
        socket.resetAndDestroy();
        mode = 'dead';
        return false;
      case 'silent':
        mode = 'dead';
        return false;
      default:
        return act satisfies never;
    }
  };
  const command = (line: string) => {
    wire.push(`C: ${line}`);
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') {
      if (!usual('ehlo', line)) return;
      const lines = ['peer.test', ...(options.extensions ?? [])];
      for (const [index, each] of lines.entries()) say(`250${index < lines.length - 1 ? '-' : ' '}${each}`);
    } else if (verb === 'STAR') {
      if (usual('starttls', line)) say('220 2.0.0 go ahead');
    } else if (verb === 'AUTH') {
      if (usual('auth', line)) say('235 2.7.0 welcome');
    } else if (verb === 'MAIL') {
      if (usual('mail', line)) {
        from = address;
        say('250 2.1.0 ok');
      }
    } else if (verb === 'RCPT') {
      if (from === null) return say('503 5.5.1 no sender');
      if (usual('rcpt', address)) {
        to.push(address);
        say('250 2.1.5 ok');
      }
    } else if (verb === 'DATA') {
      if (to.length === 0) return say('503 5.5.1 no recipients');
      if (!usual('data', line)) return;
      mode = 'data';
      bodySeen = false;
      data = '';
      say('354 go ahead');
    } else if (verb === 'RSET') {
      from = null;
      to = [];
      if (usual('rset', line)) say('250 2.0.0 ok');
    } else if (verb === 'QUIT') {
      say('221 2.0.0 bye');
      socket.end();
    } else {
      say('502 5.5.2 unknown command');
    }
  };
  const dot = () => {
    wire.push('final dot');
    const messageId = /^message-id:\s*(<[^>]*>)/im.exec(data)?.[1] ?? '';
    const message: Accepted = { messageId, from: from ?? '', to, data };
    const recipient = to[0] ?? '';
    from = null;
    to = [];
    const act = options.at?.('dot', recipient) ?? goOn;
    // A refusal is an answer; everything else means that this peer has the message.
    const takes = !(act.do === 'say' || act.do === 'say and close') || /^2/.test(act.line);
    if (takes) {
      accepted.push(message);
      options.onAccepted?.(message);
    }
    const answer = () => {
      if (perform(act)) say('250 2.0.0 taken');
    };
    if (options.dotDelayMs) setTimeout(answer, options.dotDelayMs);
    else answer();
  };

  socket.setEncoding('latin1');
  socket.on('close', () => wire.push('closed'));
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    for (let at = buffer.indexOf('\r\n'); at >= 0 && mode !== 'dead'; at = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, at);
      buffer = buffer.slice(at + 2);
      if (mode === 'commands') {
        command(line);
      } else if (line === '.') {
        mode = 'commands';
        dot();
      } else {
        data += `${line.replace(/^\./, '')}\r\n`;
        if (!bodySeen) {
          bodySeen = true;
          wire.push('body');
          usual('body', line);
        }
      }
    }
  });
  if (usual('connect', '')) say('220 peer.test ESMTP');
}

/** The same recipient always falls on the same side. */
function share(recipient: string, salt: string): number {
  return createHash('sha256').update(`${salt}:${recipient}`).digest().readUInt32BE(0) % 100;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      log: { type: 'string' },
      'dot-delay': { type: 'string', default: '0' },
      fail: { type: 'string', multiple: true, default: [] },
      'drop-after-dot': { type: 'string', default: '0' },
      refuse: { type: 'boolean', default: false },
    },
  });
  const log = values.log === undefined ? null : openSync(values.log, 'a');
  const rules = values.fail.map((text) => {
    const parts = /^(.*)=(\d{3})(?::(\d{1,3}))?$/.exec(text);
    if (!parts) throw new Error(`--fail ${text}: write PATTERN=CODE or PATTERN=CODE:PERCENT`);
    return { pattern: new RegExp(parts[1]!), code: parts[2]!, percent: Number(parts[3] ?? 100) };
  });
  const seen = new Set<string>();
  const peer = await startSmtpPeer({
    port: Number(values.port),
    dotDelayMs: Number(values['dot-delay']),
    at(stage, argument) {
      if (stage === 'connect') return values.refuse ? { do: 'reset' } : goOn;
      if (stage !== 'dot') return goOn;
      const rule = rules.find(
        (r) => r.pattern.test(argument) && share(argument, r.code) < r.percent && !seen.has(`${r.code} ${argument}`),
      );
      if (rule?.code.startsWith('4')) seen.add(`${rule.code} ${argument}`);
      if (rule) return { do: 'say', line: `${rule.code} ${rule.code[0]}.0.0 as configured` };
      return share(argument, 'drop') < Number(values['drop-after-dot']) ? { do: 'reset' } : goOn;
    },
    onAccepted(message) {
      if (log === null) return;
      writeSync(log, `${message.messageId}\n`);
      fsyncSync(log);
    },
  });
  const stop = async () => {
    await peer.stop();
    if (log !== null) closeSync(log);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  console.log(JSON.stringify({ port: peer.port }));
}

if (import.meta.main) await main();
