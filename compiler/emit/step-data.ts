/** The steps of a flow that write or ask somebody. */
import { defaultValues } from '../catalogue.ts';
import type { CancelIr, PythonIr, SetIr } from '../ir.ts';
import { type Property, writeFunction } from './data-source.ts';
import { assigned, jsonValue, type Uses } from './expressions.ts';
import { block, durationWords, key, literal, object, quoted, type Writer } from './source.ts';

export function writeSet(writer: Writer, set: SetIr, uses: Uses): void {
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

export function writeCancel(writer: Writer, cancel: CancelIr): void {
  writer.line(`${key(cancel.step)}: ${object([['then', quoted(cancel.then)]])},`);
}

export function writePython(writer: Writer, python: PythonIr, uses: Uses): void {
  block(
    writer,
    `${key(python.name)}: {`,
    () => {
      if ('base' in python) writeBase(writer, python);
      else writeAction(writer, python, uses);
    },
    '},',
  );
}

/** The expression in `at` of a communication. */
function writeBase(writer: Writer, python: Extract<PythonIr, { base: string }>): void {
  const parts: readonly Property[] = [
    ['base', quoted(python.base)],
    ['communication', quoted(python.communication)],
    ['timeoutMs', String(defaultValues.pythonTimeoutMs)],
    ['retries', String(defaultValues.pythonRetries)],
    ['then', quoted(python.then)],
  ];
  for (const [name, part] of parts) writer.line(`${name}: ${part},`);
}

function writeAction(writer: Writer, { action, then }: Extract<PythonIr, { action: object }>, uses: Uses): void {
  const params = action.params.map((param): Property => [param.name, jsonValue(param.value, uses)]);
  if (action.script !== null) writer.line(`script: ${quoted(action.script)},`);
  if (action.code !== null) writer.line(`code: ${quoted(action.code)},`);
  writeFunction(writer, 'params', params);
  writer.line(`writes: ${object(action.writes.map((field): Property => [field.name, quoted(field.owner)]))},`);
  writer.line(`reads: ${literal(action.reads.map((field) => field.name))},`);
  writer.line(`timeoutMs: ${action.timeoutMs},`, durationWords(action.timeoutMs));
  writer.line(`retries: ${action.retries},`);
  writer.line(`then: ${quoted(then)},`);
}
