/** `flowc/workflow`: all that generated workflow code imports. */
export type { Facts, Flow, Next, Program, Programs, Segment } from './abi.ts';
export { participantWorkflow } from './participant-workflow.ts';
