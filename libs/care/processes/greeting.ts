import { atTime, dayOf, minus } from '#calendar';
import { sendMail } from '#delivery';
import { dispatch, end, process, remember, setDeadline, type Effect } from '#event-sourcing';
import { GreetOnOccasion } from '../commands/care-occasions.js';
import { CareGreetingSent, CareOccasionCancelled, CareOccasionMoved, CareOccasionRegistered, nextDateOf, type YearlyDay } from '../domain/care-occasion.js';

interface Occasion {
  customerId: string;
  contactId?: string;
  on: YearlyDay;
}

/** When mails are written, UTC. */
const HOUR = '08:00';
const occasion = ({ data }: { data: { careoccasionId: string } }): string => data.careoccasionId;
const persons = ({ customerId, contactId }: Omit<Occasion, 'on'>) => ({ customerId, ...(contactId !== undefined && { contactId }) });

/** Thinks of each occasion once a year. An instance is an occasion; an import of occasions is looked at, too, since only days to come count. */
export const greeting = process<Occasion>('greeting', { customerId: '', on: { calendar: 'solar', month: 1, day: 1 } }, { summary: 'Greets customers and contact persons on their days.', imported: true })
  .startsOn(CareOccasionRegistered, occasion, (_, { data, recordedAt }) => waiting({ ...persons(data), on: data.on }, recordedAt))
  .on(CareOccasionMoved, occasion, (_, { data, recordedAt }) => waiting({ ...persons(data), on: data.on }, recordedAt))
  .on(CareOccasionCancelled, occasion, () => end())
  .on(CareGreetingSent, occasion, (_, { data: { email, text, kind, ...data } }, { id }) => sendMail({
    ...persons(data), reference: id, to: [email], subject: kind === 'birthday' ? 'Happy birthday' : 'Best wishes', text,
  }))
  .onDeadline('day', (known, { at, reachedAt }, { id }) => [dispatch(GreetOnOccasion, { careoccasionId: id, date: dayOf(at) }), setDeadline('day', momentOf(nextDateOf(known.on, reachedAt)))]);

const momentOf = (date: string): string => atTime(date, HOUR);

/** A day that is today is still to come. */
const waiting = (known: Occasion, now: string): Effect<Occasion>[] => [remember(known), setDeadline('day', momentOf(nextDateOf(known.on, minus(now, { days: 1 }))))];
