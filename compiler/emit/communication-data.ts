/** A communication as a run plans it. */
import type { plannedCommunication } from '../communications.ts';
import type { VoiceModel, WhatsappModel } from '../model.ts';
import { type Property, writeData, writeFunction } from './data-source.ts';
import { presentValue, readerFunction, type Uses } from './expressions.ts';
import { place } from './modules.ts';
import { block, durationWords, key, type Writer } from './source.ts';

/** `folder` is the campaign's: places are told relative to it. */
export function writeCommunication(
  writer: Writer,
  { data, model }: ReturnType<typeof plannedCommunication>,
  folder: string,
  uses: Uses,
): void {
  block(
    writer,
    `${key(data.name)}: {`,
    () => {
      const { origin: _, ...plain } = data;
      for (const [name, part] of Object.entries(plain)) {
        const words = name.endsWith('Ms') && typeof part === 'number' && part > 0 ? durationWords(part) : '';
        writeData(writer, name, part, words);
      }
      if (model.whatsapp !== null) writeWhatsapp(writer, model.whatsapp, uses);
      if (model.voice !== null) writeVoice(writer, model.voice, uses);
      writeData(writer, 'origin', place(model.origin, folder));
    },
    '},',
  );
}

function writeWhatsapp(writer: Writer, { template, language, variables }: WhatsappModel, uses: Uses): void {
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

function writeVoice(writer: Writer, { phone, sipServer, sipParameters }: VoiceModel, uses: Uses): void {
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
