import { emailAdapter } from './email/adapter.ts';
import { type Checked, type Environment, readEmailSettings } from './email/config.ts';
import type { ChannelAdapter } from './port.ts';

/** One channel as `flowc.json` reaches it in one environment. */
export interface ChannelConfig {
  readonly kind: string;
  /** The channel's name in the flows: `billing`. */
  readonly name: string;
  /** What stands under `channels.<name>`, not validated yet. */
  readonly settings: unknown;
  /** Names the settings in messages: `flowc.json: environments.dev.channels.billing`. */
  readonly place: string;
}

type Factory = (channel: ChannelConfig, environment: Environment) => Checked<ChannelAdapter>;

/** One row per kind of channel that can send. */
const factories: Readonly<Record<string, Factory>> = {
  email(channel, environment) {
    const settings = readEmailSettings(channel.settings, channel.name, channel.place, environment);
    return settings.ok ? { ok: true, value: emailAdapter(settings.value) } : settings;
  },
};

/** Opens no connection yet: `check()` of the adapter does. Every error is a sentence that stands alone. */
export function openChannel(channel: ChannelConfig, environment: Environment): Checked<ChannelAdapter> {
  const factory = Object.hasOwn(factories, channel.kind) ? factories[channel.kind] : undefined;
  if (factory) return factory(channel, environment);
  const known = Object.keys(factories).join(', ');
  return {
    ok: false,
    errors: [`${channel.place}: channels of kind ${channel.kind} cannot send yet; available are: ${known}.`],
  };
}
