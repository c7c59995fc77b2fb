/** Statements that write or ask somebody: each is a step with a record of its own, and a stretch follows it. */
import type { Instruction } from '../ir.ts';
import type { Origin, Statement } from '../model.ts';
import type { Lowering } from './lowering.ts';

type StatementOf<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export function lowerSet(lowering: Lowering, statement: StatementOf<'set'>): Instruction {
  const step = lowering.stepName(statement.text.replace(/^set\s+/, ''));
  const stretch = lowering.stretchId(`after ${step}`);
  lowering.sets.push({ step, assignments: statement.assignments, then: stretch });
  return { kind: 'set', step, stretch, origin: statement.origin };
}

export function lowerPython(lowering: Lowering, { action, origin }: StatementOf<'python'>): Instruction {
  const stretch = lowering.stretchId(`after python ${action.name}`);
  lowering.pythons.push({ name: action.name, action, then: stretch });
  return { kind: 'python', name: action.name, stretch, origin };
}

export function lowerCancel(lowering: Lowering, { names, origin }: StatementOf<'cancel'>): Instruction {
  const step = lowering.stepName(`cancel ${names.length > 0 ? names.join(', ') : 'communications'}`);
  const stretch = lowering.stretchId(`after ${step}`);
  lowering.cancels.push({ step, names, then: stretch });
  return { kind: 'cancel', step, names, stretch, origin };
}

export function lowerPlan(lowering: Lowering, { name, origin }: StatementOf<'plan'>): readonly Instruction[] {
  lowering.communications.add(name);
  return [...pythonBase(lowering, name, origin), { kind: 'plan', name, origin }];
}

/** Python takes its time, so it does not belong among the facts. */
function pythonBase(lowering: Lowering, name: string, origin: Origin): readonly Instruction[] {
  const at = lowering.campaign.communications.find((one) => one.name === name)?.at;
  if (at?.kind !== 'python') return [];
  const step = lowering.stepName(`at of ${name}`);
  const stretch = lowering.stretchId(`after ${step}`);
  lowering.pythons.push({ name: step, base: at.expression, communication: name, then: stretch });
  return [{ kind: 'python', name: step, stretch, origin }];
}
