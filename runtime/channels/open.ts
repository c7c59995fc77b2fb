import type { Environment } from '../config.ts';
import type { CampaignData } from '../data/types.ts';
import type { ChannelAdapter } from './port.ts';
import { openChannel } from './registry.ts';

export interface OpenChannels {
  adapter(name: string): ChannelAdapter;
  /** Sentences about channels that cannot be used with the settings they have; each has an adapter that holds what it is given. */
  readonly problems: readonly string[];
  /** Asks every channel whether it can send now; a sentence for each that cannot. */
  unreachable(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/**
 * Opens every channel the campaigns know as `flowc.json` reaches it in this environment.
 * @param overrides settings instead of those of `flowc.json`, by kind: `flowc dev --catch-mail`.
 */
export function openChannels(
  campaigns: readonly CampaignData[],
  environment: Environment,
  overrides: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {},
): OpenChannels {
  const adapters = new Map<string, ChannelAdapter>();
  const problems: string[] = [];
  const usable = new Map<string, ChannelAdapter>();
  let closed = false;
  const channels = new Map(
    campaigns.flatMap(({ channels }) => Object.values(channels)).map((channel) => [channel.name, channel]),
  );
  for (const { name, kind } of channels.values()) {
    const declared = environment.channels[name] ?? {};
    const settings = overrides[kind]
      ? { ...(declared.from !== undefined && { from: declared.from }), ...overrides[kind] }
      : declared;
    const place = `flowc.json: environments.${environment.name}.channels.${name}`;
    const opened = openChannel({ kind, name, settings, place }, process.env);
    if (opened.ok) usable.set(name, opened.value);
    else problems.push(...opened.errors);
    adapters.set(name, opened.ok ? opened.value : unusable(kind, opened.errors.join(' ')));
  }
  return {
    adapter: (name) => adapters.get(name) ?? unusable('unknown', `Unknown channel ${name}.`),
    problems,
    async unreachable() {
      const asked = [...usable].map(async ([name, adapter]) => {
        const answer = await adapter.check();
        // One that is closed meanwhile answers nothing that anybody needs to know.
        return answer.ok || closed
          ? []
          : [`Channel ${name}: ${answer.why} What it should send is held until it answers.`];
      });
      return (await Promise.all(asked)).flat();
    },
    async close() {
      closed = true;
      await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
    },
  };
}

/** Nothing leaves, nothing fails: what is sent here waits until the settings are fixed. */
function unusable(kind: string, why: string): ChannelAdapter {
  return {
    kind,
    send: async () => ({ kind: 'temporary', detail: why, channelDown: true }),
    check: async () => ({ ok: false, why }),
    close: async () => {},
  };
}
