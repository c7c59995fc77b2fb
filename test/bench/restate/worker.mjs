// The standard journey as a Restate workflow: a yardstick outside Temporal. Not type-checked: its SDK is installed on demand.
import * as restate from '@restatedev/restate-sdk';
import { post } from '../lib/http.ts';
import { nextOpen } from '../workflows/clock.ts';

const { port, sinkUrl } = JSON.parse(process.env.BENCH_WORKER);
const WINDOW = { from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] };
const journey = restate.workflow({
  name: 'journey',
  handlers: {
    run: async (ctx, p) => {
      if (p.fields.paid) return 'already-paid';
      const delay = nextOpen(p.t0, p.fields.timezone, WINDOW) - p.t0;
      if (delay > 0) await ctx.sleep(delay);
      const send = (n, template) =>
        ctx.run(`send ${n}`, () => post(`${sinkUrl}/send`, { participant: p.id, n, template, to: p.fields.email }));
      await send(1, 'welcome');
      let status;
      try {
        status = (await ctx.promise('ended').get().orTimeout(p.timeoutMs)).status;
      } catch (e) {
        if (!(e instanceof restate.TimeoutError)) throw e;
      }
      await send(2, status ? 'thanks' : 'reminder');
      return status ?? 'timeout';
    },
    ended: async (ctx, e) => {
      await ctx.promise('ended').resolve(e);
    },
  },
});
await restate
  .serve({ services: [journey], port, hostname: '127.0.0.1' })
  .catch(async () => restate.endpoint().bind(journey).listen(port));
process.on('message', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
