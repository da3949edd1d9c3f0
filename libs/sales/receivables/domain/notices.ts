import { plus } from '#calendar';
import { formatMoney } from '#money';
import { type DunningLevel } from './dunning-policy.js';
import { type DunningNoticeSent } from './events.js';

/** When the notice of a level goes out; undefined where the policy has no such level. Levels are counted from 1. */
export function noticeDueAt({ dueOn, levels }: { dueOn: string; levels: readonly DunningLevel[] }, level: number): string | undefined {
  const step = levels[level - 1];
  return step && plus(dueOn, { days: step.afterDays });
}

const OPENINGS: Readonly<Record<string, string>> = {
  friendly: 'perhaps it escaped your notice:',
  firm: 'we have reminded you before:',
  last: 'this is our last reminder before we take further steps:',
};

/** What a notice says. */
export function noticeText({ contractId, number, level, tone, open, fee, dueOn }: Omit<DunningNoticeSent, 'customerId' | 'email'>): { subject: string; text: string } {
  const charge = fee ? ` We charge ${formatMoney(fee)} for this reminder.` : '';
  const opening = OPENINGS[tone] ?? 'we remind you:';
  return {
    subject: `${level === 1 ? 'Reminder' : `Reminder ${level}`}: instalment ${number} of contract ${contractId}`,
    text: `Dear customer, ${opening} ${formatMoney(open)} of instalment ${number} of contract ${contractId} were due on ${dueOn}.${charge} If you have paid meanwhile, please disregard this letter.`,
  };
}
