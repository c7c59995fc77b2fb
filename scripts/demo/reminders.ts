import { previewOfCommunication } from '../../compiler/analysis/preview.ts';
import type { WorkspaceModel } from '../../compiler/model.ts';
import type { Hours, Person } from './people.ts';

export const campaignName = 'payment_reminder';

/** The first e-mail to each kind of customer. */
export const reminderOf: Readonly<Record<Person['kind'], string>> = {
  private_customer: 'REMINDER',
  business: 'BUSINESS_REMINDER',
};

/** Hours in which the first e-mail may leave, as the example's flows say. */
export function hoursOf(model: WorkspaceModel): Hours {
  const campaign = model.campaigns.find(({ name }) => name === campaignName)!;
  const of = (wanted: string) => {
    const communication = campaign.communications.find(({ name }) => name === wanted)!;
    const { window, contactHours } = previewOfCommunication(model, campaign, communication);
    return [window, ...contactHours];
  };
  return { private_customer: of(reminderOf.private_customer), business: of(reminderOf.business) };
}
