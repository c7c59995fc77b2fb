import { defineSignal, setHandler } from '@temporalio/workflow';
import { type EventMessage, eventTypes, type StartArgument } from '../activities/port.ts';
import type { Programs } from './abi.ts';
import { createKernel } from './kernel.ts';
import { temporalHost } from './temporal-host.ts';

/**
 * The workflow function of one campaign: one execution per participant for whom something is still going to happen.
 * Type = campaign, id = `<campaign>/<participant>`; one signal per trigger; closes when nothing is left to do.
 */
export function participantWorkflow(campaign: string, programs: Programs): (argument: StartArgument) => Promise<void> {
  const workflow = async (argument: StartArgument): Promise<void> => {
    const kernel = createKernel(temporalHost(), programs, argument);
    for (const type of eventTypes) setHandler(defineSignal<[EventMessage]>(type), kernel.receive);
    await kernel.run();
  };
  return Object.defineProperty(workflow, 'name', { value: campaign });
}
