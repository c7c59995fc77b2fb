import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { campaignFiles } from '../../runtime/campaign-files.ts';
import { render } from '../../runtime/channels/email/render.ts';
import { flowc } from './flowc.ts';

let folder: string;
const source = () => join(folder, 'welcome', 'templates', 'hello.mjml');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowc-mjml-'));
  expect((await flowc(folder, ['init'])).code).toBe(0);
  rmSync(join(folder, 'welcome', 'templates', 'hello.txt'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mjml = (inside: string) => `subject: Hello {{ order_id }}

<mjml>
  <mj-body>
    <mj-section><mj-column>${inside}</mj-column></mj-section>
  </mj-body>
</mjml>
`;

it('an MJML template is compiled by the build and sent as HTML, its holes filled and escaped', async () => {
  writeFileSync(source(), mjml('<mj-text>Order {{ order_id }}</mj-text>'));
  expect(await flowc(folder, ['build'])).toMatchObject({ code: 0 });
  expect((await flowc(folder, ['build', '--check'])).code).toBe(0);
  const template = await campaignFiles(folder, new Map()).template('welcome', 'templates/hello');
  expect(template?.path).toBe('generated/welcome/templates/hello.html');
  const message = await render({
    template,
    fields: { order_id: '<42>' },
    types: { order_id: { kind: 'string' } },
    locale: 'en-GB',
    zone: 'Europe/Berlin',
    now: 0,
  });
  expect(message.subject).toBe('Hello <42>');
  expect(message.html).toMatch(/^\s*<!--[\s\S]*<!doctype html>/);
  expect(message.html).toContain('Order &lt;42&gt;');
  expect(message.html).not.toContain('mj-text');
});

it('an edited template without a build is told by build --check', async () => {
  writeFileSync(source(), mjml('<mj-text>Your order {{ order_id }}</mj-text>'));
  const { code, stdout } = await flowc(folder, ['build', '--check']);
  expect(code).toBe(1);
  expect(stdout).toContain('generated/welcome/templates/hello.html');
  expect(readFileSync(join(folder, 'generated/welcome/templates/hello.html'), 'utf8')).not.toContain('Your order');
});

it('a mistake in MJML is one line with its place', async () => {
  writeFileSync(source(), mjml('<mj-txt>Hello</mj-txt>'));
  const { code, stderr } = await flowc(folder, ['build']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^welcome\/templates\/hello\.mjml:5: Element mj-txt doesn't exist/m);
  expect(stderr).not.toContain('    at ');
});

it('so is a file without MJML', async () => {
  writeFileSync(source(), 'Hello\n');
  const { code, stderr } = await flowc(folder, ['build']);
  expect(code).toBe(1);
  expect(stderr).toContain('welcome/templates/hello.mjml holds no <mjml> element');
});
