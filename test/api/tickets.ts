import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { aggregate, Command, decide, DomainEvent, event, invalid, notFound, view, wrongState, type Context, type NewEvent } from '#event-sourcing';
import { IsId, IsMoney, IsOccurredAt, IsText, Money } from '#event-sourcing/validation';

// A small context of its own, with everything that a route can meet.

@DomainEvent()
export class TicketOpened {
  ticketId!: string;
  title!: string;
  priority!: string;
  tags!: string[];
}

@DomainEvent()
export class TicketRenamed {
  ticketId!: string;
  title!: string;
}

type State = { title: string } | null;

export const Ticket = aggregate('ticket', null as State)
  .on(TicketOpened, (_, { title }) => ({ title }))
  .on(TicketRenamed, (state, { title }) => ({ ...state, title }));

export class TagFields {
  @IsText(20) label!: string;
  @IsOptional() @IsInt() @Min(0) @Max(9) weight?: number;
}

@Command({ summary: 'Opens a ticket.', allow: [] })
export class OpenTicket {
  @IsId() ticketId!: string;
  @IsText(100) title!: string;
  @IsIn(['low', 'high']) priority!: string;
  @IsOptional() @IsArray() @ArrayMaxSize(5) @ValidateNested({ each: true }) @Type(() => TagFields) tags?: TagFields[];
  @IsOptional() @IsMoney() budget?: Money;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

@Command({ summary: 'Gives a ticket another title.', allow: [] })
export class RenameTicket {
  @IsId() ticketId!: string;
  @IsText(100) title!: string;
}

@Command({ summary: 'Makes as many events as it is told.', allow: [] })
export class FillTicket {
  @IsId() ticketId!: string;
  @IsInt() @Min(0) @Max(100_000) count!: number;
}

@Command({ allow: [] })
export class BreakTicket {
  @IsId() ticketId!: string;
}

const open = decide(Ticket, OpenTicket, ({ ticketId, title, priority, tags = [] }, ticket) => {
  if (ticket) throw wrongState('ticket-is-open', `Ticket ${ticketId} is open already; take another id.`, { ticketId });
  return event(TicketOpened, { ticketId, title, priority, tags: tags.map(({ label }) => label) });
});

const rename = decide(Ticket, RenameTicket, ({ ticketId, title }, ticket) => {
  if (!ticket) throw notFound('ticket-not-found', `There is no ticket ${ticketId}; open it first.`);
  if (title === 'forbidden') throw invalid('title-forbidden', 'A ticket cannot be called so; take another title.');
  return ticket.title === title ? [] : event(TicketRenamed, { ticketId, title });
});

const fill = decide(Ticket, FillTicket, ({ ticketId, count }): NewEvent[] =>
  Array.from({ length: count }, (_, index) => event(TicketRenamed, { ticketId, title: `title ${index} `.padEnd(500, '.') })),
);

const breakIt = decide(Ticket, BreakTicket, (): NewEvent[] => {
  throw new TypeError('secret: the database password is swordfish');
});

export interface TicketRow {
  title: string;
  priority: string;
  openedAt: string;
  renamed: number;
}

const tickets = view<TicketRow>('tickets', { version: 1, summary: 'Every ticket.', allow: [], personal: [], record: null, indexes: [{ title: 1 }] })
  .key(({ data }) => data.ticketId)
  .on(TicketOpened, (_, { data: { title, priority }, occurredAt }) => ({ title, priority, openedAt: occurredAt, renamed: 0 }))
  .on(TicketRenamed, (row, { data: { title } }) => row && { ...row, title, renamed: row.renamed + 1 })
  .report('by_priority', {
    summary: 'How many tickets of each priority.',
    run: async (rows) => {
      const counts: Record<string, number> = {};
      for await (const { priority } of rows) counts[priority] = (counts[priority] ?? 0) + 1;
      return counts;
    },
  });

/** Days since it was opened are of the moment of the question. */
const ages = view<{ openedAt: string }>('ticket_ages', { version: 1, allow: [], personal: [], record: null })
  .key(({ data }) => data.ticketId)
  .on(TicketOpened, (_, { occurredAt }) => ({ openedAt: occurredAt }))
  .computed({ fields: ['days'], compute: (row, now) => ({ ...row, days: Math.floor((Date.parse(now) - Date.parse(row.openedAt)) / 86_400_000) }) });

/** Cannot take a title with "poison" in it. */
const fragile = view<{ title: string }>('fragile', { version: 1, allow: [], personal: [], record: null })
  .key(({ data }) => data.ticketId)
  .on(TicketOpened, (_, { data: { title } }) => ({ title: refusing(title) }))
  .on(TicketRenamed, (_, { data: { title } }) => ({ title: refusing(title) }));

function refusing(title: string): string {
  if (title.includes('poison') && !antidote.given) throw new Error('cannot fold poison');
  return title;
}

export const antidote = { given: false };

export const ticketContext: Context = {
  name: 'tickets', aggregates: [Ticket], events: [TicketOpened, TicketRenamed], decisions: [open, rename, fill, breakIt], views: [tickets, ages, fragile],
} as Context;
