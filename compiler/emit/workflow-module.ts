/** `<flow>.workflow.ts`: control flow only, as a person would write it. */
import { ends, everyInstruction, factsRead, isPlain, type Plain, takesFacts } from '../ir/walk.ts';
import type { Instruction, SegmentIr } from '../ir.ts';
import type { Origin } from '../model.ts';
import { type CompiledCampaign, type CompiledFlow, header, type Module, place } from './modules.ts';
import { block, commentText, entry, key, lineWidth, literal, object, quoted, type Writer } from './source.ts';

/** Room for `, line: 'flows.flow:123'`. */
const placeWidth = 26;

export function workflowModule(campaign: CompiledCampaign, flow: CompiledFlow, path: string): Module {
  const { folder } = campaign.model;
  const { ir } = flow;
  const withFacts = new Set(ir.stretches.filter((stretch) => stretch.facts.length > 0).map((stretch) => stretch.id));
  const needed = new Set(
    ir.stretches.filter((stretch) => stretch.facts.length + stretch.plans.length > 0).map((stretch) => stretch.id),
  );

  return {
    path,
    write(writer) {
      writer.line(header(path, [ir.origin]));
      const facts = ir.segments.some((segment) => switchesAgain(segment.body)) ? 'Facts, ' : '';
      writer.line(`import type { ${facts}Flow, Next, Program } from 'flowc/workflow';`);
      for (const segment of ir.segments) {
        writer.line();
        writeSegment(writer, segment);
      }
      writer.line();
      writeProgram(writer);
    },
  };

  function writeProgram(writer: Writer): void {
    const names = ir.segments.map((segment) => segment.name);
    const head = [`hash: ${quoted(flow.hash)}`, `again: ${quoted(ir.again)}`];
    const one = `export const ${flow.exportName}: Program = { ${head.join(', ')}, segments: { ${names.join(', ')} } };`;
    if (one.length <= lineWidth) {
      writer.line(one);
      return;
    }
    block(
      writer,
      `export const ${flow.exportName}: Program = {`,
      () => {
        for (const property of head) writer.line(`${property},`);
        block(
          writer,
          'segments: {',
          () => {
            for (const name of names) writer.line(`${name},`);
          },
          '},',
        );
      },
      '};',
    );
  }

  function writeSegment(writer: Writer, segment: SegmentIr): void {
    const updates = stretchUpdates(segment);
    const read = [...everyInstruction(segment.body)].some((instruction) => factsRead(instruction).length > 0);
    const switched = new Set<string>();
    let declared = false;

    writer.line(`/** ${place(segment.origin, folder)}  ${commentText(segment.about)} */`);
    block(
      writer,
      `async function ${segment.name}(flow: Flow): Promise<Next> {`,
      () => {
        if (needed.has(segment.stretch)) {
          writer.line(`${take(segment.stretch)}await flow.facts(${quoted(segment.stretch)});`);
        }
        writeBody(segment.body);
      },
      '}',
    );

    /** `const is = `, `let is = `, `is = ` or nothing: what becomes of the facts a call returns. */
    function take(stretch: string): string {
      // The kernel reads the fact of a `wait for` itself: a variable nobody else reads would not type-check.
      if (!read || !withFacts.has(stretch)) return '';
      if (declared) return 'is = ';
      declared = true;
      return updates > 1 ? 'let is = ' : 'const is = ';
    }

    function lineMark(origin: Origin | null): string {
      if (origin === null) return '';
      return origin.file === segment.origin.file ? `:${origin.line}` : place(origin, folder);
    }

    function step(code: string, origin: Origin | null): void {
      writer.line(code, lineMark(origin));
    }

    function writeBody(body: readonly Instruction[]): void {
      for (const instruction of body) writeInstruction(instruction);
    }

    function writeInstruction(instruction: Instruction): void {
      const { origin } = instruction;
      switch (instruction.kind) {
        case 'if':
          writeIf(instruction);
          break;
        case 'switch':
          writeSwitch(instruction);
          break;
        case 'set':
          step(`${take(instruction.stretch)}await flow.set(${quoted(instruction.step)});`, origin);
          break;
        case 'python':
          step(`${take(instruction.stretch)}await flow.python(${quoted(instruction.name)});`, origin);
          break;
        case 'cancel': {
          const names = [instruction.step, ...instruction.names].map(quoted).join(', ');
          step(`${take(instruction.stretch)}await flow.cancel(${names});`, origin);
          break;
        }
        case 'facts':
          if (needed.has(instruction.stretch))
            step(`${take(instruction.stretch)}await flow.facts(${quoted(instruction.stretch)});`, origin);
          break;
        case 'plan':
        case 'stop':
        case 'to':
        case 'continue':
          step(statement(instruction), origin);
          break;
        case 'wait for time':
          writeWait('waitUntil', `is${entry(instruction.until)}`, origin, [
            ['label', quoted(instruction.label)],
            ['then', quoted(instruction.then)],
            ...(instruction.follows === null
              ? []
              : [['follows', literal({ stretch: instruction.follows, key: instruction.until })] as const]),
          ]);
          break;
        case 'wait for communication':
          writeWait('waitForCommunication', quoted(instruction.name), origin, bounded(instruction));
          break;
        case 'wait for condition':
          writeWait('waitFor', quoted(instruction.key), origin, [
            ['stretch', quoted(instruction.stretch)],
            ['watches', literal(instruction.watches)],
            ...bounded(instruction),
          ]);
          break;
        default:
          instruction satisfies never;
      }
    }

    function writeIf({ fact, then, else: otherwise, origin }: Extract<Instruction, { kind: 'if' }>): void {
      const test = `is${entry(fact)}`;
      if (then.length === 0) {
        writeIfBlock(`!${test}`, otherwise, [], origin);
        return;
      }
      // After a branch that leaves, the other one needs no `else`.
      const inline = ends(then);
      const only = then.length === 1 ? then[0]! : null;
      const alone = inline || otherwise.length === 0;
      if (only && isPlain(only) && alone) step(`if (${test}) ${statement(only)}`, origin);
      else writeIfBlock(test, then, inline ? [] : otherwise, origin);
      if (inline) writeBody(otherwise);
    }

    function writeIfBlock(
      test: string,
      then: readonly Instruction[],
      otherwise: readonly Instruction[],
      origin: Origin | null,
    ): void {
      step(`if (${test}) {`, origin);
      writer.indent(() => writeBody(then));
      if (otherwise.length > 0) {
        writer.line('} else {');
        writer.indent(() => writeBody(otherwise));
      }
      writer.line('}');
    }

    function writeSwitch(instruction: Extract<Instruction, { kind: 'switch' }>): void {
      // TypeScript remembers the arm it is in and would refuse the others of a second `switch` on the same fact.
      const again = switched.has(instruction.fact) ? ' as Facts[string]' : '';
      switched.add(instruction.fact);
      step(`switch (is${entry(instruction.fact)}${again}) {`, instruction.origin);
      writer.indent(() => {
        for (const arm of instruction.arms) {
          for (const each of arm.cases) writer.line(`case ${literal(each)}:`);
          writeArm(arm.body);
        }
        if (instruction.else !== null) {
          writer.line('default:');
          writeArm(instruction.else);
        }
      });
      writer.line('}');
    }

    function writeArm(body: readonly Instruction[]): void {
      writer.indent(() => {
        writeBody(body);
        if (!ends(body)) writer.line('break;');
      });
    }

    function bounded(wait: { readonly upTo: string | null; readonly then: string; readonly else: string | null }) {
      return [
        ...(wait.upTo === null ? [] : [['upTo', `is${entry(wait.upTo)}`] as const]),
        ['then', quoted(wait.then)] as const,
        ...(wait.else === null ? [] : [['else', quoted(wait.else)] as const]),
      ];
    }

    function writeWait(
      name: string,
      what: string,
      origin: Origin | null,
      properties: readonly (readonly [name: string, value: string])[],
    ): void {
      const line: readonly [string, string] = ['line', quoted(place(origin ?? segment.origin, folder))];
      const all = [...properties, line];
      // Layout does not depend on where a line stands: a moved line changes no other.
      const withoutPlace = `return flow.${name}(${what}, ${object(properties)});`;
      if (withoutPlace.length + placeWidth <= lineWidth - 4) {
        writer.line(`return flow.${name}(${what}, ${object(all)});`);
        return;
      }
      block(
        writer,
        `return flow.${name}(${what}, {`,
        () => {
          for (const [property, value] of all) writer.line(`${key(property)}: ${value},`);
        },
        '});',
      );
    }
  }

  /** How often the segment takes new facts. */
  function stretchUpdates(segment: SegmentIr): number {
    const taken = [...everyInstruction(segment.body)].filter(takesFacts).map((instruction) => instruction.stretch);
    return [segment.stretch, ...taken].filter((stretch) => withFacts.has(stretch)).length;
  }
}

/** Is one fact switched on twice? */
function switchesAgain(body: readonly Instruction[]): boolean {
  const facts = [...everyInstruction(body)].flatMap((each) => (each.kind === 'switch' ? [each.fact] : []));
  return new Set(facts).size < facts.length;
}

function statement(instruction: Plain): string {
  switch (instruction.kind) {
    case 'plan':
      return `flow.plan(${quoted(instruction.name)});`;
    case 'stop':
      return 'return flow.stop();';
    case 'to':
      return `return flow.to(${quoted(instruction.flow)});`;
    case 'continue':
      return `return ${instruction.segment}(flow);`;
    default:
      return instruction satisfies never;
  }
}
