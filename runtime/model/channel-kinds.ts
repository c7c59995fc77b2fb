/** What channels carry, and communications with them. */
export const channelKinds = ['email', 'telegram', 'whatsapp', 'voice'] as const;
export type ChannelKind = (typeof channelKinds)[number];
