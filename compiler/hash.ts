import { createHash } from 'node:crypto';
import { abiVersion } from '../runtime/workflow/abi.ts';
import { plannedCommunication } from './communications.ts';
import type { FlowIr } from './ir.ts';
import { canonicalJson } from './lower/canonical.ts';
import type { CampaignModel, WorkspaceModel } from './model.ts';

/**
 * Eight hexadecimal digits over what a run of this flow depends on: its IR (with the fields it reads and their types), the
 * ABI, and the communications it plans with their windows and contact hours. Not over lines, triggers (they only start
 * runs), titles, texts, and what stands in templates and scripts, which are always the newest.
 */
export function flowHash(workspace: WorkspaceModel, campaign: CampaignModel, flow: FlowIr): string {
  const segments = flow.segments.map(({ about: _, ...segment }) => segment);
  const pythons = flow.pythons.map((python) => {
    if ('base' in python) return python;
    const {
      action: { code, ...action },
      ...step
    } = python;
    return { ...step, action: { ...action, inline: code !== null } };
  });
  const communications = flow.communications.map((name) => {
    const { model, data } = plannedCommunication(workspace, campaign, name);
    const { windowText: _, origin: __, ...decides } = data;
    const { whatsapp, voice } = model;
    const own = { ...(whatsapp === null ? {} : { whatsapp }), ...(voice === null ? {} : { voice }) };
    return { ...decides, ...own, at: model.at, context: model.context };
  });
  // People are split by the names of workspace, campaign and split.
  const splits = flow.stretches.some((stretch) => stretch.facts.some((fact) => fact.kind === 'split'));
  const names = splits ? { workspace: workspace.name } : {};
  const all = canonicalJson({ abiVersion, flow: { ...flow, segments, pythons }, communications, ...names });
  return createHash('sha256').update(all).digest('hex').slice(0, 8);
}
