import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../../../runtime/user-error.ts';
import { exitCodes } from '../exit.ts';

/** A workspace that checks, builds and runs with `flowc dev --start-all --catch-mail`. */
function starter(name: string): Readonly<Record<string, string>> {
  return {
    'workspace.flow': `workspace ${name} {
  timezone: "Europe/Berlin"
  locale: "en-GB"
}

channel billing: email

window office: 09:00-18:00 on weekdays

agent concierge {
  channels: billing
  task: "Answer questions about the order."
}
`,
    'flowc.json': `${JSON.stringify(
      {
        environments: {
          dev: { channels: { billing: { smtp: 'smtp://127.0.0.1:2525', from: `${name} <hello@example.com>` } } },
        },
      },
      null,
      2,
    )}\n`,
    'welcome/campaign.flow': `campaign welcome "Welcome" {
  defaults { agent: concierge  duration: 48 hours }
}

participant {
  order_id: string required
  paid: boolean = false
}
`,
    'welcome/greet.flow': `flow greet "Greet, and ask again after two days" {
  on participant created

  email HELLO {
    at: now
    window: any time
    template: "hello"
  }
  wait 2 days
  if not paid {
    email REMINDER {
      at: today
      window: office
      template: "reminder"
    }
  }
}
`,
    'welcome/templates/hello.txt': `subject: Welcome, {{ name | default: 'and thank you' }}

Hello {{ name | default: 'there' }},

we received your order {{ order_id }}.
`,
    'welcome/templates/reminder.txt': `subject: Your order {{ order_id }}

Hello {{ name | default: 'there' }},

order {{ order_id }} is not paid yet.
`,
    'people.csv': `external_id,name,email,timezone,order_id
ada,Ada,ada@example.com,Europe/London,A-1
lin,Lin,lin@example.com,Asia/Tokyo,A-2
`,
    '.gitignore': `.flowc/
node_modules/
`,
  };
}

/**
 * `flowc init [folder]`: writes a small working workspace and overwrites nothing.
 * @throws UserError (usage) when a file of it exists already.
 */
export async function init(args: readonly string[]): Promise<number> {
  const folder = resolve(args[0] ?? '.');
  const files = starter(nameOf(folder));
  const present = Object.keys(files).filter((path) => path !== '.gitignore' && existsSync(join(folder, path)));
  if (present.length > 0) {
    throw new UserError(
      'usage',
      `${folder} already holds ${present.join(', ')}: flowc init overwrites nothing. Choose an empty folder: \`flowc init my-workspace\`.`,
    );
  }
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    if (existsSync(file)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${relative(process.cwd(), file)}\n`);
  }
  const enter = folder === process.cwd() ? '' : `\n  cd ${quoted(relative(process.cwd(), folder))}`;
  process.stderr.write(`
Next:${enter}
  flowc dev --start-all --catch-mail     builds and runs it here; an inbox takes all mail
  flowc import welcome people.csv        in a second terminal
`);
  return exitCodes.ok;
}

/** As a shell reads it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** A workspace name made of the folder's. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '');
  return name || 'acme';
}
