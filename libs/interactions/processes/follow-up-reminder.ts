import { endOfDay } from '#calendar';
import { dispatch, end, process, remember, setDeadline } from '#event-sourcing';
import { sendMail } from '#delivery';
import { RecordFollowUpMissed } from '../commands/follow-up.js';
import { FollowUpCancelled, FollowUpDone, FollowUpScheduled, InteractionAttributed } from '../domain/interaction.js';

/** What is to be done, and for whom; null: nothing. */
type OpenFollowUp = Pick<FollowUpScheduled, 'customerId' | 'followUpOn' | 'assignee' | 'purpose'> | null;

const interaction = ({ data }: { data: { interactionId: string } }) => data.interactionId;

/** Reminds the firm of follow-ups whose day has passed (UTC) without anybody having come back to the customer. */
export const followUpReminder = process<OpenFollowUp>('followupreminder', null, { summary: 'Reminds of follow-ups whose day has passed' })
  .startsOn(FollowUpScheduled, interaction, (_, { data: { customerId, followUpOn, assignee, purpose } }) => [
    remember({ customerId, followUpOn, ...(assignee !== undefined && { assignee }), ...(purpose !== undefined && { purpose }) }),
    setDeadline('day-passed', endOfDay(followUpOn)),
  ])
  .on(FollowUpDone, interaction, () => end())
  .on(FollowUpCancelled, interaction, () => end())
  .on(InteractionAttributed, interaction, (followUp, { data: { customerId } }) => (followUp ? remember({ ...followUp, customerId }) : []))
  .onDeadline('day-passed', (followUp, _, { id }) => (followUp ? [
    dispatch(RecordFollowUpMissed, { interactionId: id, followUpOn: followUp.followUpOn }),
    sendMail({ customerId: followUp.customerId, reference: id, subject: `Follow-up of ${followUp.followUpOn} was missed`, text: reminder(id, followUp) }),
    end(),
  ] : end()));

function reminder(interactionId: string, { customerId, followUpOn, assignee = 'nobody', purpose = 'not said' }: NonNullable<OpenFollowUp>): string {
  return [
    `Nobody has come back to customer ${customerId} on ${followUpOn}.`, '',
    `Interaction: ${interactionId}`, `To be done by: ${assignee}`, `Purpose: ${purpose}`, '',
    'Send CompleteFollowUp once it is done, ScheduleFollowUp for another day, or CancelFollowUp.',
  ].join('\n');
}
