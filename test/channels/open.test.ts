import { afterEach, expect, it } from 'vitest';
import { type OpenChannels, openChannels } from '../../runtime/channels/open.ts';
import { environmentOf } from '../../runtime/config.ts';
import type { CampaignData } from '../../runtime/data/types.ts';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';

let peer: SmtpPeer | null = null;
let channels: OpenChannels | null = null;
afterEach(async () => {
  await channels?.close();
  await peer?.stop();
  peer = channels = null;
});

const names = ['billing', 'news', 'nowhere'];
const campaign = {
  channels: Object.fromEntries(names.map((name) => [name, { name, kind: 'email' }])),
} as unknown as CampaignData;

it('tells which channels cannot send now, and which never will with their settings', async () => {
  peer = await startSmtpPeer();
  const settings = { billing: { smtp: `smtp://127.0.0.1:${peer.port}` }, news: { smtp: 'smtp://127.0.0.1:1' } };
  channels = openChannels([campaign], environmentOf({ environments: { dev: { channels: settings } } }, 'dev'));
  expect(channels.problems).toEqual([
    'flowc.json: environments.dev.channels.nowhere does not say which server sends: add "smtp": "smtp://mail.acme.example:587", or "smtp_env": "SMTP_URL" to read it from the environment.',
  ]);
  expect(await channels.unreachable()).toEqual([
    'Channel news: Cannot reach the SMTP server 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1. What it should send is held until it answers.',
  ]);
});
