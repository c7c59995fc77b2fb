/** What `sip_parameters` may say. `secret` names a secret of flowc.json, it is none itself; `timeout` is in seconds. */
export interface SipParameters {
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly timeout?: number;
  readonly user?: string;
  readonly secret?: string;
  readonly from?: string;
  readonly domain?: string;
}

type Read = { readonly ok: true; readonly parameters: SipParameters } | { readonly ok: false; readonly what: string };

const rows: { readonly [K in keyof SipParameters]-?: { readonly allowed: string; readonly test: RegExp } } = {
  transport: { allowed: 'udp, tcp or tls', test: /^(?:udp|tcp|tls)$/ },
  timeout: { allowed: 'seconds between 1 and 300', test: /^(?:[1-9]\d?|[12]\d\d|300)$/ },
  user: { allowed: 'a user name', test: /^\S+$/ },
  secret: { allowed: 'the name of an environment variable', test: /^[A-Za-z_]\w*$/ },
  from: { allowed: 'a number or SIP address to call from', test: /^\S+$/ },
  domain: { allowed: 'a host name', test: /^[\w.-]+$/ },
};

const sipParameterNames = Object.keys(rows) as readonly (keyof SipParameters)[];

/** `transport=udp;timeout=30`. What is wrong is said in words that stand after "…: ". */
export function readSipParameters(text: string): Read {
  const parameters: Record<string, string | number> = {};
  for (const part of text.split(';').filter((each) => each.trim() !== '')) {
    const [name = '', ...rest] = part.split('=').map((side) => side.trim());
    const value = rest.join('=');
    if (!Object.hasOwn(rows, name))
      return { ok: false, what: `there is no parameter \`${name}\`; there are ${sipParameterNames.join(', ')}` };
    if (Object.hasOwn(parameters, name)) return { ok: false, what: `\`${name}\` is given twice` };
    const { allowed, test } = rows[name as keyof SipParameters];
    if (!test.test(value)) return { ok: false, what: `\`${name}\` takes ${allowed}, not \`${value}\`` };
    parameters[name] = name === 'timeout' ? Number(value) : value;
  }
  return { ok: true, parameters };
}
