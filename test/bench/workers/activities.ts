/** Activities of the hand-written controls. Every effect outside is one HTTP request to the sink. */
import { get, post } from '../lib/http.ts';

type Input = Readonly<Record<string, unknown>>;

export function create({ sinkUrl }: { readonly sinkUrl: string }) {
  const track = async (entry: Input): Promise<void> => {
    await post(`${sinkUrl}/track`, entry);
  };
  return {
    send: (message: Input) => post(`${sinkUrl}/send`, message),
    readFields: (id: string) => get(`${sinkUrl}/participants/${id}`),
    track,
    // Dittofeed's command pattern.
    isRunnable: async () => true,
    onNodeProcessed: track,
    getWorkspace: async (id: string) => ({ id, name: 'bench', status: 'Active', type: 'Root' }),
    findNextLocalizedTime: async ({ now }: { readonly now: number }) => now + 1000,
    async sendMessage({ userId, n, templateId }: Input) {
      const sent = await post(`${sinkUrl}/send`, { participant: userId, n, template: templateId });
      return (sent as { readonly accepted: boolean }).accepted;
    },
    shouldReEnter: async () => false,
    getSegmentAssignment: async ({ segmentId }: Input) => ({ inSegment: segmentId === 'seg-created' }),
    reportWorkflowInfo: async () => {},
  };
}
