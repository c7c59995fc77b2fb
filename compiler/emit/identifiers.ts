import { uniqueNames } from '../lower/names.ts';

const reserved = new Set(
  (
    'arguments async await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null of package private protected public ' +
    'return static super switch this throw true try type typeof undefined var void while with yield ' +
    'any boolean never number object string symbol unknown'
  ).split(' '),
);
/** Names the modules import or declare beside the flow or campaign. */
const taken = new Set(
  (
    'Facts Flow Next Program CampaignData FlowData participantWorkflow campaigns flow program is r ' +
    'arm base date datetime fromNow instant integer isOneOf isSet now numeric splitArm text today truth'
  ).split(' '),
);

/** The name under which a module exports a flow or a campaign: its own, unless the module needs that one itself. */
export function exportName(name: string, alsoTaken: readonly string[] = []): string {
  const plain = /^[A-Za-z_$][\w$]*$/.test(name) ? name : `_${name.replace(/[^\w$]/g, '_')}`;
  return reserved.has(plain) || taken.has(plain) || alsoTaken.includes(plain) ? `${plain}_flow` : plain;
}

/** File name of a flow without extension; `campaign` is the campaign's own. */
export function moduleName(flow: string): string {
  return flow === 'campaign' ? 'campaign_flow' : flow;
}

/** Local names for imports, each once. */
export function localNames(own: readonly string[]) {
  return uniqueNames((name, n) => `${name}_${n}`, [...own, ...taken]);
}
