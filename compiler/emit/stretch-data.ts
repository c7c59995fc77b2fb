/** A stretch: its facts, and the communications planned in it. */
import type { FactIr, StretchIr } from '../ir.ts';
import type { CommunicationModel } from '../model.ts';
import { type Property, writeFunction } from './data-source.ts';
import { condition, durationArguments, presentValue, readerFunction, type Uses, value } from './expressions.ts';
import type { CompiledCampaign } from './modules.ts';
import { block, key, lineWidth, literal, object, quoted, type Writer } from './source.ts';

/** What facts and plans of a flow refer to. */
export interface FactsOf {
  readonly campaign: CompiledCampaign;
  /** By NAME. */
  readonly communications: ReadonlyMap<string, CommunicationModel>;
}

export function writeStretch(writer: Writer, stretch: StretchIr, of: FactsOf, uses: Uses): void {
  const facts = stretch.facts.map((fact): Property => [fact.key, factValue(fact, of, uses)]);
  const plans = stretch.plans.map((name): Property => [name, baseOf(of.communications.get(name)!, uses)]);
  const whole = [factsProperty(facts), ...(plans.length === 0 ? [] : [`plans: ${object(plans)}`])].join(', ');
  const one = `${key(stretch.id)}: { ${whole} },`;
  if (facts.length + plans.length <= 1 && one.length <= lineWidth - 4) {
    writer.line(one);
    return;
  }
  block(
    writer,
    `${key(stretch.id)}: {`,
    () => {
      writeFunction(writer, 'facts', facts);
      if (plans.length > 0) {
        block(
          writer,
          'plans: {',
          () => {
            for (const [name, plan] of plans) writer.line(`${key(name)}: ${plan},`);
          },
          '},',
        );
      }
    },
    '},',
  );
}

function factValue(fact: FactIr, { campaign }: FactsOf, uses: Uses): string {
  switch (fact.kind) {
    case 'condition':
      return condition(fact.expression, uses);
    case 'member':
      return presentValue(fact.expression, uses);
    case 'arm':
      uses.imports.add('arm');
      return `arm(${value(fact.expression, uses)}, ${literal(fact.arms)})`;
    case 'instant':
      uses.imports.add('instant');
      return `instant(r, ${value(fact.expression, uses)})`;
    case 'from now':
      uses.imports.add('fromNow');
      return `fromNow(r, ${durationArguments(fact.duration)})`;
    case 'split': {
      uses.imports.add('splitArm');
      const owner = [campaign.workspace.name, campaign.model.name, fact.name];
      return `splitArm(r, ${literal(owner)}, ${literal(fact.borders)})`;
    }
    default:
      return fact satisfies never;
  }
}

function baseOf({ at }: CommunicationModel, uses: Uses): string {
  if (at.kind === 'python') return quoted('python');
  uses.imports.add('base');
  return readerFunction(`base(${value(at, uses)})`);
}

function factsProperty(facts: readonly Property[]): string {
  return `facts: ${readerFunction(`(${object(facts)})`)}`;
}
