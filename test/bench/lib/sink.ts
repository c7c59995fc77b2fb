/** Stands for the message provider and the profile store: one HTTP server in the driver's process, charged to nobody. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person, SentMessage, Sink } from './types.ts';

export async function startSink(): Promise<Sink> {
  const messages = new Map<string, SentMessage>();
  const people = new Map<string, Person>();
  const seen = { tracks: 0, reads: 0, duplicates: 0 };
  let hear: (message: SentMessage) => void = () => {};

  const take = (message: SentMessage): void => {
    const key = `${message.participant}/${message.n}`;
    if (messages.has(key)) {
      seen.duplicates++;
      return;
    }
    messages.set(key, message);
    hear(message);
  };

  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const answer = (value: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(value));
    };
    if (request.method === 'GET') {
      seen.reads++;
      answer(people.get(request.url!.slice('/participants/'.length))?.fields ?? null);
      return;
    }
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      if (request.url === '/send') take(JSON.parse(body) as SentMessage);
      else seen.tracks++;
      answer({ accepted: true });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    message: (participant, n) => messages.get(`${participant}/${n}`),
    onMessage: (listener) => {
      hear = listener;
    },
    reset: (all) => {
      messages.clear();
      people.clear();
      for (const person of all) people.set(person.id, person);
      Object.assign(seen, { tracks: 0, reads: 0, duplicates: 0 });
      hear = () => {};
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
