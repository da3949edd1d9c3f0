/** What a test lets the server do wrong. Everything else it does like the real one. */
export class Faults {
  /** So many appends happen and get no answer. */
  loseAnswers = 0;
  /** So many appends happen, and their call breaks in place of an answer. */
  breakCalls = 0;
  /** So many appends are answered twice. */
  duplicateAnswers = 0;
  /** Events of subscriptions are sent twice. */
  duplicateEvents = false;
  /** Milliseconds before an answer to an append. */
  answerAfterMs = 0;
  /** Every call is refused, as by a node that has no leader. */
  notReady = false;
  /** After so many appends an event of the system is put into the log; 0 for never. */
  systemEventEvery = 0;

  /** Takes one of a number of faults; false when all are used up. */
  takes(fault: 'loseAnswers' | 'breakCalls' | 'duplicateAnswers'): boolean {
    if (this[fault] <= 0) return false;
    this[fault]--;
    return true;
  }
}

/** What can be told to a server in another process. */
export type FaultSettings = Partial<Pick<Faults, 'loseAnswers' | 'breakCalls' | 'duplicateAnswers' | 'duplicateEvents' | 'answerAfterMs' | 'notReady' | 'systemEventEvery'>>;
