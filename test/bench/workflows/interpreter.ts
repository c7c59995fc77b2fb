/**
 * A generic interpreter in the style of samples-typescript/dsl-interpreter: the definition is a workflow argument; every node
 * that is entered is logged by an activity.
 */
import { condition, defineSignal, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import { nextOpen, type Window } from './clock.ts';
import type { Participant, SendArgs } from './types.ts';

interface Acts {
  send(a: SendArgs): Promise<{ accepted: boolean }>;
  track(a: { participant: string; node: string; type: string; at: number }): Promise<void>;
}
const acts = proxyActivities<Acts>({ startToCloseTimeout: '1 minute' });
export const ended = defineSignal<[{ status: string }]>('communicationEnded');

export type Node =
  | { id: string; type: 'if'; path: string; equals: unknown; then: string; else: string }
  | { id: string; type: 'window'; window: Window; zone: string; next: string }
  | { id: string; type: 'send'; n: 1 | 2; template: string; to: string; next: string }
  | { id: string; type: 'waitEnded'; timeoutMs: number; into: string; next: string }
  | { id: string; type: 'end' };
export interface Definition {
  name: string;
  version: number;
  start: string;
  nodes: Node[];
}

export async function interpreter(def: Definition, p: Participant): Promise<string> {
  const vars: Record<string, unknown> = { participant: p.fields };
  const get = (path: string) =>
    path.split('.').reduce<unknown>((o, k) => (o as Record<string, unknown> | undefined)?.[k], vars);
  let status: string | undefined;
  setHandler(ended, (e) => {
    status = e.status;
  });
  const t0 = Date.now();
  const byId = new Map(def.nodes.map((n) => [n.id, n]));
  let at = def.start;
  for (;;) {
    const node = byId.get(at);
    if (!node) throw new Error(`no node ${at}`);
    await acts.track({ participant: p.id, node: node.id, type: node.type, at: Date.now() });
    switch (node.type) {
      case 'if':
        at = get(node.path) === node.equals ? node.then : node.else;
        break;
      case 'window': {
        // the bench clock restarts here so that the durable timer is 1 s as in the other controls
        const delay = nextOpen(p.t0, String(get(node.zone)), node.window) - p.t0;
        if (delay > 0) await sleep(delay);
        at = node.next;
        break;
      }
      case 'send':
        await acts.send({ participant: p.id, n: node.n, template: node.template, to: String(get(node.to)) });
        at = node.next;
        break;
      case 'waitEnded':
        await condition(() => status !== undefined, node.timeoutMs);
        vars[node.into] = { status: status ?? 'timeout' };
        at = node.next;
        break;
      case 'end':
        return status ?? 'timeout';
    }
    if (Date.now() - t0 > 365 * 86_400_000) throw new Error('journey too long');
  }
}
