/** `<flow>.data.ts`: every expression of a flow as a pure function of the record. */
import { defaultValues } from '../catalogue.ts';
import { plannedCommunication } from '../communications.ts';
import type { FactIr, PythonIr, SetIr, StretchIr } from '../ir.ts';
import type { CommunicationModel } from '../model.ts';
import {
  assigned,
  condition,
  durationArguments,
  jsonValue,
  presentValue,
  readerFunction,
  type Uses,
  value,
} from './expressions.ts';
import { type CompiledCampaign, type CompiledFlow, header, type Module, place } from './modules.ts';
import { block, durationWords, key, lineWidth, literal, object, quoted, type Writer } from './source.ts';

type Property = readonly [name: string, value: string];

export function dataModule(campaign: CompiledCampaign, flow: CompiledFlow, path: string): Module {
  const { ir } = flow;
  const communications = ir.communications.map((name) =>
    plannedCommunication(campaign.workspace, campaign.model, name),
  );
  const models = new Map(communications.map(({ model }) => [model.name, model]));

  return {
    path,
    write(writer) {
      // The body says what must be imported, so it is written first, in memory.
      const uses: Uses = { imports: new Set() };
      const body = recorded((to) => writeFlow(to, uses));
      const imports = ['type FlowData', ...[...uses.imports].sort()];
      writer.line(header(path, [ir.origin, ...communications.map(({ model }) => model.origin)]));
      writer.line(
        uses.imports.size === 0
          ? "import type { FlowData } from 'flowc/data';"
          : `import { ${imports.slice(1).join(', ')}, ${imports[0]} } from 'flowc/data';`,
      );
      const program = path.slice(path.lastIndexOf('/') + 1).replace(/\.data\.ts$/, '.workflow.ts');
      writer.line(`import { ${flow.exportName} as program } from './${program}';`);
      writer.line();
      body(writer);
    },
  };

  function writeFlow(writer: Writer, uses: Uses): void {
    block(
      writer,
      `export const ${flow.exportName}: FlowData = {`,
      () => {
        writer.line(`name: ${quoted(ir.name)},`);
        writer.line(`hash: ${quoted(flow.hash)},`);
        writer.line('program,');
        section(writer, 'stretches', ir.stretches, (stretch) => writeStretch(writer, stretch, uses));
        section(writer, 'sets', ir.sets, (set) => writeSet(writer, set, uses));
        section(writer, 'pythons', ir.pythons, (python) => writePython(writer, python, uses));
        section(writer, 'cancels', ir.cancels, (cancel) =>
          writer.line(`${key(cancel.step)}: ${object([['then', quoted(cancel.then)]])},`),
        );
        section(writer, 'communications', communications, ({ data, model }) => {
          block(
            writer,
            `${key(data.name)}: {`,
            () => {
              const { origin: _, ...plain } = data;
              for (const [name, part] of Object.entries(plain)) {
                const words = name.endsWith('Ms') && typeof part === 'number' && part > 0 ? durationWords(part) : '';
                writeData(writer, name, part, words);
              }
              writeOwn(writer, model, uses);
              writeData(writer, 'origin', place(model.origin, campaign.model.folder));
            },
            '},',
          );
        });
      },
      '};',
    );
  }

  /** What only one kind of communication has. */
  function writeOwn(writer: Writer, { whatsapp, voice }: CommunicationModel, uses: Uses): void {
    if (whatsapp !== null) {
      const { template, language, variables } = whatsapp;
      block(
        writer,
        'whatsapp: {',
        () => {
          writeData(writer, 'template', template);
          if (language !== null) writeData(writer, 'language', language);
          const values = variables.map((each): Property => [each.name, presentValue(each.value, uses)]);
          writeFunction(writer, 'variables', values);
        },
        '},',
      );
    }
    if (voice !== null) {
      const { phone, sipServer, sipParameters } = voice;
      block(
        writer,
        'voice: {',
        () => {
          writer.line(`phone: ${readerFunction(presentValue(phone, uses))},`);
          if (sipServer !== null) writeData(writer, 'sipServer', sipServer);
          if (Object.keys(sipParameters).length > 0) writeData(writer, 'sipParameters', sipParameters);
        },
        '},',
      );
    }
  }

  function writeStretch(writer: Writer, stretch: StretchIr, uses: Uses): void {
    const facts = stretch.facts.map((fact): Property => [fact.key, factValue(fact, uses)]);
    const plans = stretch.plans.map((name): Property => [name, baseOf(models.get(name)!, uses)]);
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

  function writeSet(writer: Writer, set: SetIr, uses: Uses): void {
    const values = set.assignments.map(({ field, value: right }): Property => {
      return [field.name, assigned(right, field.type, uses)];
    });
    const owners = set.assignments.map(({ field }): Property => [field.name, quoted(field.owner)]);
    block(
      writer,
      `${key(set.step)}: {`,
      () => {
        writeFunction(writer, 'values', values);
        writer.line(`owners: ${object(owners)},`);
        writer.line(`then: ${quoted(set.then)},`);
      },
      '},',
    );
  }

  function writePython(writer: Writer, python: PythonIr, uses: Uses): void {
    if ('base' in python) {
      const parts: readonly Property[] = [
        ['base', quoted(python.base)],
        ['communication', quoted(python.communication)],
        ['timeoutMs', String(defaultValues.pythonTimeoutMs)],
        ['retries', String(defaultValues.pythonRetries)],
        ['then', quoted(python.then)],
      ];
      block(
        writer,
        `${key(python.name)}: {`,
        () => {
          for (const [name, part] of parts) writer.line(`${name}: ${part},`);
        },
        '},',
      );
      return;
    }
    const { action } = python;
    const params = action.params.map((param): Property => [param.name, jsonValue(param.value, uses)]);
    block(
      writer,
      `${key(python.name)}: {`,
      () => {
        if (action.script !== null) writer.line(`script: ${quoted(action.script)},`);
        if (action.code !== null) writer.line(`code: ${quoted(action.code)},`);
        writeFunction(writer, 'params', params);
        writer.line(`writes: ${object(action.writes.map((field): Property => [field.name, quoted(field.owner)]))},`);
        writer.line(`reads: ${literal(action.reads.map((field) => field.name))},`);
        writer.line(`timeoutMs: ${action.timeoutMs},`, durationWords(action.timeoutMs));
        writer.line(`retries: ${action.retries},`);
        writer.line(`then: ${quoted(python.then)},`);
      },
      '},',
    );
  }

  function factValue(fact: FactIr, uses: Uses): string {
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
}

function baseOf({ at }: CommunicationModel, uses: Uses): string {
  if (at.kind === 'python') return quoted('python');
  uses.imports.add('base');
  return readerFunction(`base(${value(at, uses)})`);
}

function factsProperty(facts: readonly Property[]): string {
  return `facts: ${readerFunction(`(${object(facts)})`)}`;
}

/** `facts: (r) => ({ … }),` on one line if it fits. */
function writeFunction(writer: Writer, name: string, entries: readonly Property[]): void {
  const one = `${name}: ${readerFunction(`(${object(entries)})`)},`;
  if (entries.length <= 1 && one.length <= lineWidth - 8) {
    writer.line(one);
    return;
  }
  const head = readerFunction(`(${object(entries)})`).startsWith('(r)') ? '(r)' : '()';
  block(
    writer,
    `${name}: ${head} => ({`,
    () => {
      for (const [property, written] of entries) writer.line(`${key(property)}: ${written},`);
    },
    '}),',
  );
}

/** Data on one line, a list of objects with one object a line if it is long. */
export function writeData(writer: Writer, name: string, part: unknown, words = ''): void {
  const one = `${key(name)}: ${literal(part)},`;
  if (one.length <= lineWidth - 8 || !Array.isArray(part)) {
    writer.line(one, words);
    return;
  }
  block(
    writer,
    `${key(name)}: [`,
    () => {
      for (const each of part) writer.line(`${literal(each)},`);
    },
    '],',
  );
}

function section<T>(writer: Writer, name: string, list: readonly T[], write: (each: T) => void): void {
  if (list.length === 0) {
    writer.line(`${name}: {},`);
    return;
  }
  block(
    writer,
    `${name}: {`,
    () => {
      for (const each of list) write(each);
    },
    '},',
  );
}

/** Writes now, prints later. */
export function recorded(write: (writer: Writer) => void): (writer: Writer) => void {
  type Step = (to: Writer) => void;
  let steps: Step[] = [];
  write({
    line: (text, mark) => void steps.push((to) => to.line(text, mark)),
    indent(body) {
      const outer = steps;
      const inner: Step[] = [];
      steps = inner;
      body();
      steps = outer;
      steps.push((to) => to.indent(() => inner.forEach((step) => void step(to))));
    },
  });
  return (to) => {
    for (const step of steps) step(to);
  };
}
