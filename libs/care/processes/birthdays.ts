import { ContactBirthdayRecorded } from '#customers';
import { dispatch, process, remember } from '#event-sourcing';
import { MoveCareOccasion, RegisterCareOccasion } from '../commands/care-occasions.js';

interface Birthday {
  contactId: string;
  customerId: string;
  /** `YYYY-MM-DD`, or `--MM-DD` where the year is not known. */
  birthday: string;
}

const occasionOf = (contactId: string): string => `birthday-${contactId}`;

/** The birthdays of contact persons are occasions of each year. An instance is a contact person. */
export const birthdays = process<Birthday>('birthdays', { contactId: '', customerId: '', birthday: '' }, { summary: 'Registers birthdays of contact persons as occasions.', imported: true })
  .startsOn(ContactBirthdayRecorded, ({ data }) => data.contactId, (_, { data: { contactId, customerId, birthday } }) => [
    remember({ contactId, customerId, birthday }),
    dispatch(RegisterCareOccasion, { careoccasionId: occasionOf(contactId), customerId, contactId, kind: 'birthday' as const, ...monthAndDay(birthday) }),
  ])
  .onRejected(RegisterCareOccasion, ({ contactId, birthday }, { code }) =>
    // Somebody with whom no business is done is not greeted.
    (code === 'care-occasion-already-registered' ? dispatch(MoveCareOccasion, { careoccasionId: occasionOf(contactId), ...monthAndDay(birthday) }) : []))
  .onRejected(MoveCareOccasion, () => []);

function monthAndDay(birthday: string): { month: number; day: number } {
  const [month, day] = birthday.slice(-5).split('-').map(Number) as [number, number];
  return { month, day };
}
