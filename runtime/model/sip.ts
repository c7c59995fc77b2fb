/** What `sip_parameters` may say. `secret` names a secret of flowc.json, not the secret itself; `timeout` is in seconds. */
export interface SipParameters {
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly timeout?: number;
  readonly user?: string;
  readonly secret?: string;
  readonly from?: string;
  readonly domain?: string;
}

export type SipParameterName = keyof SipParameters;

export type SipProblem =
  | { readonly kind: 'unknown' | 'repeated'; readonly parameter: string }
  | { readonly kind: 'value'; readonly parameter: SipParameterName; readonly value: string };

type Read =
  | { readonly ok: true; readonly parameters: SipParameters }
  | { readonly ok: false; readonly problem: SipProblem };

/** What each may hold, as messages say it. */
export const sipParameterRows: {
  readonly [K in keyof SipParameters]-?: { readonly allowed: string; readonly test: RegExp };
} = {
  transport: { allowed: 'udp, tcp or tls', test: /^(?:udp|tcp|tls)$/ },
  timeout: { allowed: 'seconds between 1 and 300', test: /^(?:[1-9]\d?|[12]\d\d|300)$/ },
  user: { allowed: 'a user name', test: /^\S+$/ },
  secret: { allowed: 'the name of an environment variable', test: /^[A-Za-z_]\w*$/ },
  from: { allowed: 'a number or SIP address to call from', test: /^\S+$/ },
  domain: { allowed: 'a host name', test: /^[\w.-]+$/ },
};

export const sipParameterNames = Object.keys(sipParameterRows) as readonly (keyof SipParameters)[];

/** `transport=udp;timeout=30`. */
export function readSipParameters(text: string): Read {
  const parameters: Record<string, string | number> = {};
  for (const part of text.split(';').filter((each) => each.trim() !== '')) {
    const [name = '', ...rest] = part.split('=').map((side) => side.trim());
    const value = rest.join('=');
    if (!Object.hasOwn(sipParameterRows, name)) return { ok: false, problem: { kind: 'unknown', parameter: name } };
    if (Object.hasOwn(parameters, name)) return { ok: false, problem: { kind: 'repeated', parameter: name } };
    const parameter = name as SipParameterName;
    if (!sipParameterRows[parameter].test.test(value))
      return { ok: false, problem: { kind: 'value', parameter, value } };
    parameters[name] = name === 'timeout' ? Number(value) : value;
  }
  return { ok: true, parameters };
}
