import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { dispatch, DomainEvent, Engine, aggregate, Command, decide, event, process as aProcess, remember, SetClock, setDeadline, type Context, type EventToAppend } from '#event-sourcing';
import { IsId, IsMoment } from '#event-sourcing/validation';
import { openStores } from '#composition';
import { personIdsIn, withSealing } from '#privacy';
import { atMost, benchmark, inFlight, latenciesOf, seconds } from './harness.js';

@DomainEvent()
class InvoiceIssued {
  invoiceId!: string;
  customerId!: string;
  dueAt!: string;
}

@DomainEvent()
class ReminderSent {
  invoiceId!: string;
  reason!: string;
}

const Invoice = aggregate<'invoice', { reminders: number }>('invoice', { reminders: 0 })
  .on(InvoiceIssued, (invoice) => invoice)
  .on(ReminderSent, (invoice) => ({ reminders: invoice.reminders + 1 }));

@Command()
class IssueInvoice {
  @IsId() invoiceId!: string;
  @IsId() customerId!: string;
  @IsMoment() dueAt!: string;
}

@Command()
class SendReminder {
  @IsId() invoiceId!: string;
  @IsId() reason!: string;
}

const issueInvoice = decide(Invoice, IssueInvoice, (command) => event(InvoiceIssued, { ...command }));
const sendReminder = decide(Invoice, SendReminder, (command) => event(ReminderSent, { ...command }));

/** Answers each invoice at once with a command, and sends another when it is due. */
const dunning = aProcess<{ customerId: string }>('dunning', { customerId: '' })
  .startsOn(InvoiceIssued, ({ data }) => data.invoiceId, (_, { data }) => [
    remember({ customerId: data.customerId }), dispatch(SendReminder, { invoiceId: data.invoiceId, reason: 'issued' }), setDeadline('due', data.dueAt),
  ])
  .onDeadline('due', (_, __, { id }) => dispatch(SendReminder, { invoiceId: id, reason: 'due' }));

const context: Context = { name: 'bench', aggregates: [Invoice], events: [InvoiceIssued, ReminderSent], decisions: [issueInvoice, sendReminder] as never, views: [], processes: [dunning] };

const NOON = '2026-01-05T12:00:00.000Z';
const DUE = '2026-02-01T00:00:00.000Z';
const LATER = '2030-01-01T00:00:00.000Z';
const STREAMS_AT_ONCE = 512;

export const processes = benchmark({
  name: 'processes',
  summary: 'From an event to the command that a process answers it with; many durable deadlines, of which many are due at one moment.',
  options: { perSecond: 200, seconds: 20, deadlines: 100_000, due: 10_000 },

  async run({ options, folder, say }) {
    const clock = new SetClock(NOON);
    const stores = await openStores({ data: folder(), eventStore: 'embedded', documentStore: 'embedded' });
    const { events, documents, keys } = stores;
    const engine = new Engine({ contexts: [context], events, documents, clock, protect: (log, types) => withSealing(log, keys, types), processes: { personsIn: personIdsIn } });
    await engine.start();
    await engine.processes.start();

    say(`issuing ${options.perSecond} invoices a second for ${options.seconds} s`);
    await reactions(engine, { ...options, seconds: Math.min(2, options.seconds) });
    const reacted = latenciesOf(await reactions(engine, options));

    say(`setting ${options.deadlines} deadlines, ${options.due} of them at one moment`);
    await engine.processes.settled(600_000);
    const setting = await seconds(() => setDeadlines(engine, options));
    await engine.projector.reaches('process_deadlines', await events.head(), 600_000);
    await engine.processes.stop();
    await engine.stop();

    const restarted = new Engine({ contexts: [context], events, documents, clock, protect: (log, types) => withSealing(log, keys, types), processes: { personsIn: personIdsIn } });
    await restarted.start();
    await restarted.processes.start();
    await restarted.processes.settled(600_000);
    const before = await events.head();
    say(`${options.due} are due`);
    clock.set(DUE);
    const started = performance.now();
    const reachedSeconds = await fired(restarted, before, 'DeadlineReached', options.due, started);
    await restarted.processes.settled(600_000);
    const handledSeconds = (performance.now() - started) / 1000;
    const { order, reached, commands } = await whatFired(restarted, before);
    await restarted.stop();
    await stores.close();
    if (reached !== options.due || commands !== options.due) throw new Error(`${reached} deadlines were reached and ${commands} commands sent in place of ${options.due}.`);

    return {
      metrics: {
        reactionMs: reacted,
        reactionsPerSecond: options.perSecond,
        deadlines: options.deadlines,
        due: options.due,
        setPerSecond: Math.round(options.deadlines / setting),
        dueReachedSeconds: reachedSeconds,
        dueHandledSeconds: handledSeconds,
        inOrder: order,
        how: 'reaction: from sending a command at its moment, answered or not, to the append of the event of the command that the process answers with; deadlines: from the moment, '
          + 'after a restart, until the last is recorded as reached, and until the commands of all of them are handled; sealed, on the embedded stores, each append flushed',
      },
      targets: [atMost('reactionMs.p99', 250, reacted.p99), atMost('dueReachedSeconds', 10, reachedSeconds), atMost('dueHandledSeconds', 10, handledSeconds)],
    };
  },
});

/** Milliseconds from the moment of each invoice to its first reminder. */
async function reactions(engine: Engine, { perSecond, seconds }: { perSecond: number; seconds: number }): Promise<number[]> {
  const count = perSecond * seconds;
  const begun = new Map<string, number>();
  const took: number[] = [];
  const stopping = new AbortController();
  const watching = (async () => {
    for await (const page of engine.events.subscribe({ after: await engine.events.head(), filter: { types: ['ReminderSent'] }, signal: stopping.signal })) {
      const now = performance.now();
      for (const { data } of page.events) {
        const at = begun.get((data as ReminderSent).invoiceId);
        if (at !== undefined) took.push(now - at);
      }
      if (took.length >= count) return;
    }
  })();
  const sent: Promise<unknown>[] = [];
  const begin = performance.now();
  while (sent.length < count) {
    for (const now = performance.now(); sent.length < count && begin + (sent.length * 1000) / perSecond <= now; ) {
      const invoiceId = randomUUID();
      begun.set(invoiceId, begin + (sent.length * 1000) / perSecond);
      sent.push(engine.commands.execute(Object.assign(new IssueInvoice(), { invoiceId, customerId: `c${sent.length % 500}`, dueAt: LATER })));
    }
    await pause(1);
  }
  await Promise.all(sent);
  await watching;
  stopping.abort();
  return took;
}

/** Invoices of which each sets a deadline, those that are due among the others. */
async function setDeadlines(engine: Engine, { deadlines, due }: { deadlines: number; due: number }): Promise<void> {
  const every = Math.floor(deadlines / due);
  await inFlight(deadlines, STREAMS_AT_ONCE, (index) => {
    const isDue = index % every === 0 && index / every < due;
    const invoiceId = `i-${String(index).padStart(7, '0')}`;
    const commandId = randomUUID();
    const made: EventToAppend = {
      id: commandId, type: 'InvoiceIssued', schemaVersion: 1, occurredAt: NOON, data: { invoiceId, customerId: `c${index % 500}`, dueAt: isDue ? DUE : LATER },
      metadata: { commandId, command: 'IssueInvoice', correlationId: commandId, causationId: commandId, actor: 'bench', source: 'bench' },
    };
    return engine.events.append(`invoice-${invoiceId}`, 'none', [made]);
  });
  await engine.processes.settled(600_000);
}

/** Seconds until so many events of the type came. */
async function fired(engine: Engine, after: number, type: string, count: number, started: number): Promise<number> {
  let seen = 0;
  for await (const page of engine.events.subscribe({ after, filter: { types: [type] } })) {
    seen += page.events.length;
    if (seen >= count) return (performance.now() - started) / 1000;
  }
  throw new Error('The log ended.');
}

async function whatFired(engine: Engine, after: number): Promise<{ order: boolean; reached: number; commands: number }> {
  const moments: string[] = [];
  let commands = 0;
  for await (const page of engine.events.readAll({ after, filter: { types: ['DeadlineReached', 'ReminderSent'] } })) {
    for (const { type, data } of page.events) {
      if (type === 'ReminderSent') commands++;
      else moments.push((data as { at: string; instanceId: string }).at + (data as { instanceId: string }).instanceId);
    }
  }
  return { order: moments.every((moment, index) => index === 0 || moments[index - 1]! <= moment), reached: moments.length, commands };
}
