import { ShortList } from './short-list.js';

/** An interaction has one open follow-up at the most. */
export interface OpenFollowUp {
  interactionId: string;
  /** Date. */
  followUpOn: string;
  assignee?: string;
  purpose?: string;
}

/** The open follow-ups of a customer in a bounded form. */
export interface FollowUps {
  open: number;
  /** The earliest ones, the next first. */
  next: readonly OpenFollowUp[];
}

const KEPT = 10;

export const noFollowUps: FollowUps = { open: 0, next: [] };

const nextFollowUps = new ShortList<OpenFollowUp>(KEPT, ({ interactionId }) => interactionId, (one, other) => one.followUpOn <= other.followUpOn);

/** @param replaces the follow-up takes the place of one that is open */
export function withFollowUp({ open, next }: FollowUps, followUp: OpenFollowUp, replaces: boolean): FollowUps {
  const others = replaces ? nextFollowUps.without(next, followUp.interactionId) : next;
  return { open: open + (replaces ? 0 : 1), next: nextFollowUps.with(others, followUp) };
}

/** It was done or cancelled, or is another customer's. */
export function withoutFollowUp({ open, next }: FollowUps, interactionId: string): FollowUps {
  return { open: open - 1, next: nextFollowUps.without(next, interactionId) };
}
