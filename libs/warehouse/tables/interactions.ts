import { view, type RecordedEvent } from '#event-sourcing';
import { InteractionAttributed, InteractionCorrected, InteractionRecorded, type InteractionFacts } from '#interactions';
import type { Source, Table, TableRow } from '../model/table.js';

interface Counted {
  rows: readonly TableRow[];
}

export const factInteraction: Table = {
  name: 'fact_interaction',
  keyColumn: 'interaction_id',
  summary: 'An interaction, or the two sides of its correction or of its move to another customer. The sum of interactions is how many there were.',
  columns: {
    event_id: 'text', event_position: 'integer', interaction_id: 'text', customer_id: 'text', occurred_at: 'time', recorded_at: 'time', kind: 'text',
    channel: 'text', channel_id: 'text', direction: 'text', interactions: 'integer', sentiment: 'integer', duration_seconds: 'integer',
  },
  happenedAt: 'occurred_at',
};

type Named = { interactionId: string; customerId: string };

const counted = view<Counted>('warehouse_interactions', { version: 1, internal: true })
  .key(({ data }) => data.interactionId)
  .on(InteractionRecorded, (_, event) => ({ rows: [row(event, 'interaction', event.data.customerId, { ...event.data, heldAt: event.occurredAt }, 1)] }))
  .on(InteractionCorrected, (state, event) => {
    const { customerId, former, facts } = event.data;
    return state && { rows: [...state.rows, row(event, 'correction', customerId, former, -1), row(event, 'correction', customerId, facts, 1)] };
  })
  .on(InteractionAttributed, (state, event) => {
    const { customerId, formerCustomerId, facts } = event.data;
    return state && { rows: [...state.rows, row(event, 'attribution', formerCustomerId, facts, -1), row(event, 'attribution', customerId, facts, 1)] };
  });

export const interactionSource: Source = { tables: [factInteraction], fold: counted, turns: 'all', rows: (state) => (state as Counted).rows };

/** Counted at the time at which it took place. Of a correction both sides are known from when it was recorded. */
function row(event: RecordedEvent<Named>, kind: string, customerId: string, facts: Omit<InteractionFacts, 'contactId'>, sign: 1 | -1): TableRow {
  const { id, position, recordedAt, data } = event;
  const { channel, channelId = null, direction, heldAt, sentiment = null, durationSeconds = null } = facts;
  return {
    table: factInteraction.name,
    id: `${position}/${sign}`,
    values: {
      event_id: id, event_position: position, interaction_id: data.interactionId, customer_id: customerId, occurred_at: heldAt, recorded_at: recordedAt, kind,
      channel, channel_id: channelId, direction, interactions: sign, sentiment, duration_seconds: durationSeconds,
    },
  };
}
