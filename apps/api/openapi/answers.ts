import { MEDIA_TYPES } from '#history';
import { TABLE_FORMATS } from '#tables';
import { type Schema } from './command-schemas.js';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const time = { type: 'string', format: 'date-time' };
const position = { type: 'integer', minimum: 0, description: 'A place in the global order of events.' };
const any = { type: 'object', additionalProperties: true };
/** Without the charset. */
const mediaOf = (contentType: string): string => contentType.split(';')[0]!;
const list = (items: Schema): Schema => ({ type: 'array', items });
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** All fields but those after `optional` are required. */
function object(properties: Record<string, Schema>, ...optional: string[]): Schema {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)), additionalProperties: false };
}

const row: Schema = { type: 'object', properties: { _id: text }, required: ['_id'], additionalProperties: true };

const analysis = {
  analysis: text, version: count, now: { ...time, description: 'The moment that it is of.' }, from: { ...time, description: 'The earlier moment that it compares with.' }, parameters: any,
  columns: list(ref('Column')), rows: list(any), summary: any, notes: { ...list(text), description: 'What could not be said and why.' }, plots: list(any),
};

const asked = { position, asOf: time, knownAt: time, version: { ...count, description: 'Of the tables.' } };

const build = { version: count, generation: count, partitions: count, position };

const alsoKnownAs = { ...list(text), description: 'Other names of the same person: of merged customers, and of leads that became a customer.' };

const root = { ...text, description: 'Root of the Merkle tree, in hexadecimal.' };
const publicKey = { ...text, description: 'Name, key id and Ed25519 key (C2SP signed note).' };
const head = { size: { ...count, description: 'Events.' }, root, position, time, checkpoint: { ...text, description: 'All of it, signed: a C2SP checkpoint.' } };

/** JSON Schemas of what routes answer with, by name. The tests hold real answers against them. */
export const ANSWERS: Readonly<Record<string, Schema>> = {
  CommandResult: object({
    stream: text, revision: { type: 'integer', minimum: -1, description: "Revision of the stream's last event; -1 where nothing was to be done and there is no stream." },
    position: { ...position, description: 'Ask views `after` this to see what the command did.' },
    commandId: { ...text, description: 'The Idempotency-Key as a UUID.' }, events: { ...count, description: 'Events that the command made; 0 where it changed nothing.' },
    repeated: { type: 'boolean', description: 'True where this very command was handled before: this is the first answer again.' },
  }),
  CommandList: object({ commands: list(object({ name: text, summary: text, aggregate: text, idField: text, href: text }, 'summary')) }),
  ViewList: object({
    views: list(object({
      name: text, personal: { ...list(text), description: 'Fields that only some roles are shown.' }, summary: text, version: count, indexes: list(any), computed: list(text),
      reports: list(object({ name: text, summary: text, href: text })), href: text,
    }, 'summary')),
    stages: list(text),
  }),
  RowAnswer: object({ item: row, position }),
  PageAnswer: object({ items: list(any), next: { ...text, description: 'Give it as `cursor` to go on.' }, total: count, position }, 'next', 'total'),
  CustomerPrice: object({
    item: object({ customerId: text, pricelistId: text, offeringId: text, price: object({ amount: { type: 'integer', description: 'Minor units.' }, currency: text }), source: { type: 'string', enum: ['agreed', 'list'], description: 'A price of the customer\'s own, or that of the price list.' } }),
    position,
  }),
  AggregationAnswer: object({ items: list(any), position }),
  ReportAnswer: object({ report: {}, position }),
  ProcessStatus: object({
    process: text, summary: text, position, running: { ...count, description: 'Instances that run.' }, ended: count, attention: { ...count, description: 'Instances that wait for somebody.' },
    deadlines: { ...count, description: 'Deadlines that are set.' }, nextDeadline: time, pausedSince: { ...time, description: 'Since when it rests.' }, failure: { ...text, description: 'Why it is not fed.' },
    stopped: { ...count, description: 'Instances with a command that was not sent, because too many commands of processes led to one another.' },
  }, 'summary', 'nextDeadline', 'pausedSince', 'failure', 'stopped'),
  ProcessList: object({ processes: list(ref('ProcessStatus')) }),
  DeadlineList: object({ items: list(object({ process: text, instanceId: text, deadline: text, at: time, waits: { type: 'boolean', description: 'Its instance is stuck.' } })) }),
  ProcessInstance: object({
    process: text, instanceId: text, status: { type: 'string', enum: ['running', 'ended'] }, startedAt: time, reactedAt: time, stuck: object({ error: text, since: time }),
    rejected: list(object({ commandId: text, command: text, code: text, at: time })), attention: { type: 'boolean' },
  }, 'stuck'),
  InstanceList: object({ items: list(ref('ProcessInstance')) }),
  RetriedProcess: object({ done: { type: 'boolean', description: 'False where no program runs processes: it is done when one does.' }, waiting: list(ref('ProcessInstance')) }),
  AnalysisList: object({
    analyses: list(object({
      name: text, version: count, summary: text, columns: list(ref('Column')), parameters: { ...list(text), description: 'What may be chosen.' },
      compares: { type: 'boolean', description: 'It compares two moments: `from` names the earlier one.' }, explains: { type: 'boolean', description: 'Each row can tell why it says what it says.' }, href: text,
    })),
  }),
  Column: object({ name: text, type: { type: 'string', enum: ['text', 'integer', 'number', 'boolean', 'date', 'time', 'json'] }, unit: text, summary: text }, 'unit', 'summary'),
  Analysis: object({ ...analysis, position }, 'from'),
  AnalysisExplanation: object({
    key: text, factors: list(object({
      factor: { ...text, description: 'Name of the column.' }, of: { ...any, description: 'Which of several rows.' }, value: {}, without: { description: 'What it would be if these events had never been recorded.' }, events: list(text),
    }, 'of')), by: any, notes: list(text), position,
  }, 'by', 'notes'),
  AnalysisSeries: object({ days: list(object({ day: { ...text, format: 'date' }, answer: object(analysis, 'from', 'rows', 'columns', 'plots') })) }),
  DifferenceList: object({ items: list(object({ _id: text, kind: { type: 'string', enum: ['entered', 'left', 'changed'] }, changes: list(ref('Change')) })), next: { ...text, description: 'Give it as `cursor` to go on.' }, position }, 'next'),
  SupposedDifferenceList: object({
    items: list(object({
      _id: text, kind: { type: 'string', enum: ['entered', 'left', 'changed'] }, changes: list(ref('Change')),
      because: object({ before: { ...any, description: 'What the row rests on as things are.' }, after: { ...any, description: 'What it would rest on.' } }),
    })), next: { ...text, description: 'Give it as `cursor` to go on.' }, position,
  }, 'next'),
  DuplicateSearch: object({ compared: { ...count, description: 'Customers.' }, found: { ...count, description: 'Pairs that look alike.' }, suspected: { ...count, description: 'Those on grounds that are new.' } }),
  Change: object({ path: { ...text, description: 'Such as `address.city`; empty for the whole.' }, before: {}, after: {} }, 'before', 'after'),
  RowChanges: object({
    changes: list(ref('Change')),
    events: list(object({
      event: object({ id: text, type: text, stream: text, revision: count, position, occurredAt: time, recordedAt: time }), actor: text, source: text, commandId: text, causationId: text, changes: list(ref('Change')),
    }, 'causationId')),
    position,
  }),
  AggregateList: object({ aggregates: list(object({ name: text, context: text, events: list(object({ name: text, version: count })), commands: list(text) })) }),
  AggregateState: object({ type: text, id: text, stream: text, revision: count, position, state: {} }),
  RecordedEvent: object({
    id: { type: 'string', format: 'uuid' }, type: text, schemaVersion: count, stream: text, revision: count, position,
    occurredAt: { ...time, description: 'Business time: when it happened.' }, recordedAt: { ...time, description: "The store's time: since when it is known." }, data: any,
    metadata: object({ commandId: text, command: text, correlationId: text, causationId: text, depth: { ...count, description: 'How many commands of processes led to it, one by the other; absent: none.' }, actor: text, source: text }, 'command', 'causationId', 'depth'),
  }),
  History: object({ type: text, id: text, stream: text, events: list(ref('RecordedEvent')), next: { ...count, description: 'Give it as `from` to go on.' } }, 'next'),
  EventPage: object({ events: list(ref('RecordedEvent')), position, caughtUp: { type: 'boolean' }, next: { ...position, description: 'Give it as `after` to go on.' } }, 'next'),
  ViewStatus: object({
    view: text, ...build, state: { type: 'string', enum: ['live', 'catching-up', 'paused', 'failed', 'stale'] }, lag: count, deadLetters: count, error: text,
    building: object({ ...build, error: text }, 'error'),
  }, 'error', 'building'),
  Status: object({ head: position, trouble: text, deadLetters: count, liveStreams: count, views: list(ref('ViewStatus')) }, 'trouble'),
  Head: object(head),
  SignedHead: object({ ...head, publicKey }),
  HeadList: object({ heads: list(ref('Head')), total: count, invalid: { ...count, description: 'Files among the heads that are none of this log.' }, publicKey }),
  EventProof: object({
    event: ref('RecordedEvent'), index: { ...count, description: 'Leaves before it: events before it in the log.' },
    proof: { ...list(text), description: 'Hashes from the leaf upwards (RFC 9162), in base64.' }, head: ref('Head'), publicKey,
  }),
  ConsistencyProof: object({ from: object({ size: count, root }), to: object({ size: count, root }), proof: list(text) }),
  CertifiedErasure: object({
    certificate: object({
      format: text, erasureId: text, subject: { ...text, description: 'Named like its stream.' }, alsoKnownAs, orderedAt: time, orderedBy: text, reason: text, reference: text,
      keyFingerprint: { type: ['string', 'null'], description: 'Of the destroyed key; null where there was none.' }, event: object({ id: text, position }), certifiedAt: time,
      events: { ...count, description: 'Events that tell of the person.' }, sealedEvents: { ...count, description: 'Those that nobody can read any more.' },
      plainEvents: { ...list(position), description: 'Those that were stored before there were seals: the log still holds them.' },
      withheldEvents: { ...list(position), description: "Those that were recorded for others, whose keys can still open them: nobody is shown their texts." },
      forgotten: { type: 'object', additionalProperties: position, description: 'Where in the log each view had forgotten.' }, snapshotsDropped: count, logHead: text,
    }, 'alsoKnownAs', 'reference', 'withheldEvents', 'logHead'),
    signature: { ...text, description: 'Ed25519 over the canonical JSON (RFC 8785) of the certificate, in base64.' }, publicKey, position,
  }, 'signature', 'publicKey'),
  AccessExport: object({
    format: text, subject: text, alsoKnownAs, exportedAt: time, position,
    events: list(object({ id: text, type: text, stream: text, revision: count, position, occurredAt: time, recordedAt: time, data: any, actor: text, source: text })),
    views: { type: 'object', additionalProperties: list(row), description: 'Rows, by the name of the view.' },
  }, 'alsoKnownAs'),
  KeyRotation: object({ generation: count, rewrapped: { ...count, description: 'Keys that are wrapped anew.' }, resumed: { type: 'boolean', description: 'It went on where one was interrupted.' } }),
  CustomerHistory: object({
    customerId: text, sameAs: { ...list(text), description: 'All ids that are the same customer now.' }, position, entries: list(ref('HistoryEntry')),
  }),
  HistoryEntry: object({
    position, id: { type: 'string', format: 'uuid' }, type: text, stream: text, revision: count, occurredAt: time, recordedAt: time, actor: text, source: text,
    command: text, commandId: text, correlationId: text, causationId: text, customerId: { ...text, description: 'Whom it was recorded for.' },
    standing: { type: 'string', enum: ['counts', 'merged', 'set-aside', 'withdrawn'] }, countsFor: text,
    withdrawn: object({ eventId: text, at: time, by: text, reason: text }), cause: { ...text, description: 'The event that caused it.' },
    effects: { ...list(text), description: 'The events that it caused.' }, depth: count, changes: list(ref('Change')),
    policies: { type: 'object', additionalProperties: count, description: 'Versions of the policies in force.' }, data: any,
  }, 'command', 'causationId', 'customerId', 'countsFor', 'withdrawn', 'cause'),
  WarehouseAnswer: object({
    columns: list(object({ name: text, type: text })), rows: list(any), truncated: { type: 'boolean', description: 'There are more rows than the limit.' }, ...asked,
  }, 'knownAt'),
  WhyAnswer: object({
    table: text, key: text, rows: list(object({ values: any, events: { ...list(text), description: 'Ids of the events that the row rests on.' } })),
    events: list(object({
      id: text, type: text, stream: text, revision: count, position, occurredAt: time, recordedAt: time, command: { type: ['string', 'null'] }, commandId: text, correlationId: text,
      causationId: { type: ['string', 'null'], description: 'The event or command that caused it.' },
    })),
    ...asked,
  }, 'knownAt'),
  WarehouseStatus: object({
    state: { type: 'string', enum: ['ready', 'loading', 'rebuilding'] }, version: count, position, head: position,
    tables: list(object({ name: text, summary: text, columns: { type: ['object', 'null'], additionalProperties: text, description: 'By name, their types; null for tables that are computed of the others.' } })),
    runs: list(ref('LoadRun')),
  }),
  LoadRun: object({
    run: count, kind: { type: 'string', enum: ['load', 'rebuild'] }, startedAt: time, endedAt: { ...time, type: ['string', 'null'] }, fromPosition: position, toPosition: position,
    eventsIn: count, rowsOut: count, rowsClosed: { ...count, description: 'Rows that hold no more from then on.' }, error: { type: ['string', 'null'] },
  }),
  CubeList: object({
    cubes: list(object({ name: text, summary: text, measures: list(object({ name: text, summary: text })), dimensions: list(object({ name: text, summary: text })) })),
    hierarchies: { ...list(list(text)), description: 'Levels, from the coarse to the fine.' },
  }),
  MartAnswer: object({ mart: text, department: text, answers: list(object({ name: text, answer: ref('CubeAnswer') })) }),
  CubeAnswer: object({
    cube: text, measures: list(text), by: { ...list(text), description: 'The dimensions that are told apart; the currency is, too, where amounts are measured.' }, cells: list(any),
    table: object({ columns: list({}), rows: list(any) }), truncated: { type: 'boolean' }, ...asked,
  }, 'table', 'knownAt'),
  DeadLetterList: object({
    items: list(object({
      collection: text, view: text, key: text, event: object({ id: text, type: text, stream: text, revision: count, position }), error: text, attempts: count, waiting: count, since: time,
    })),
    total: count,
  }),
  RetryResult: object({ released: count, waiting: count }),
  Health: object({ status: { type: 'string', enum: ['ok', 'unavailable'] }, checks: { type: 'object', additionalProperties: object({ ok: { type: 'boolean' }, why: text }, 'why') } }, 'checks'),
  Problem: {
    type: 'object', additionalProperties: true, required: ['type', 'title', 'status', 'detail', 'instance', 'correlationId'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'An address of this service that explains this kind of problem.' }, title: text, status: { type: 'integer' },
      detail: { ...text, description: 'What is wrong with this request, and what to change.' }, instance: text, correlationId: text,
      code: { ...text, description: 'Which rule forbids it.' }, fields: list(object({ field: text, messages: list(text) })),
    },
  },
  Visitor: object({ subject: { ...text, description: 'As events name you.' }, until: time, grants: list(ref('Grant')) }, 'until'),
  Grant: object({ role: text, team: text, territory: text, branch: text }, 'team', 'territory', 'branch'),
  PossibleViewerList: object({ customer: text, from: time, to: time, items: list(object({
    subject: text, role: text, because: { ...text, description: 'By which records of the role: own, team, territory, branch, shared or all.' }, place: object({ team: text, territory: text, branch: text }, 'team', 'territory', 'branch'),
    personal: { type: 'boolean', description: 'Whether personal fields were shown.' }, views: list(text), analyses: list(text), history: { type: 'boolean' },
  })) }),
  SightingList: object({ customer: text, items: list(row), questions: { ...list(row), description: 'Reports and pipelines over all customers, which this one may have gone into.' }, position }),
  ProblemType: object({ type: text, status: { type: 'integer' }, title: text, remedy: text }),
  ProblemTypeList: object({ problems: list(ref('ProblemType')) }),
};

/** What a route answers with when all is well, by controller and method. */
export const ANSWER_OF: Readonly<Record<string, string>> = {
  Commands_list: 'CommandList', Commands_send: 'CommandResult',
  Views_all: 'ViewList', Views_list: 'PageAnswer', Views_row: 'RowAnswer', Views_report: 'ReportAnswer', Views_aggregate: 'AggregationAnswer',
  Views_pause: 'ViewStatus', Views_resume: 'ViewStatus', Views_rebuild: 'ViewStatus', Views_retry: 'RetryResult',
  Analyses_all: 'AnalysisList', Analyses_answer: 'Analysis', Analyses_explain: 'AnalysisExplanation', Analyses_series: 'AnalysisSeries',
  Changes_list: 'DifferenceList', Changes_row: 'RowChanges', WhatIf_changes: 'SupposedDifferenceList', Duplicates_search: 'DuplicateSearch',
  Customers_search: 'PageAnswer', Customers_one: 'RowAnswer', Customers_price: 'CustomerPrice',
  Aggregates_all: 'AggregateList', Aggregates_state: 'AggregateState', Aggregates_history: 'History', Events_read: 'EventPage',
  Audit_head: 'SignedHead', Audit_makeHead: 'SignedHead', Audit_heads: 'HeadList', Audit_prove: 'EventProof', Audit_consistency: 'ConsistencyProof', History_history: 'CustomerHistory',
  Access_me: 'Visitor', Access_couldSee: 'PossibleViewerList', Access_saw: 'SightingList',
  Privacy_erase: 'CertifiedErasure', Privacy_export: 'AccessExport', Privacy_rotate: 'KeyRotation',
  Processes_list: 'ProcessList', Processes_deadlines: 'DeadlineList', Processes_attention: 'InstanceList', Processes_retry: 'RetriedProcess', Processes_pause: 'ProcessStatus', Processes_resume: 'ProcessStatus', Outbox_list: 'PageAnswer',
  Warehouse_query: 'WarehouseAnswer', Warehouse_why: 'WhyAnswer', Warehouse_status: 'WarehouseStatus', Warehouse_rebuild: 'LoadRun', Cube_all: 'CubeList', Cube_query: 'CubeAnswer', Cube_mart: 'MartAnswer',
  Operations_status: 'Status', Operations_deadLetters: 'DeadLetterList', Health_live: 'Health', Health_ready: 'Health',
  Docs_problems: 'ProblemTypeList', Docs_problem: 'ProblemType',
};

/** Routes that, asked for another format, answer with a file or with events. */
export const FILES_OF: Readonly<Record<string, readonly string[]>> = {
  Analyses_answer: ['text/event-stream', ...Object.values(TABLE_FORMATS).map(({ mediaType }) => mediaOf(mediaType))],
  Analyses_series: ['application/x-ndjson'],
  History_history: Object.values(MEDIA_TYPES).map(mediaOf).filter((type) => type !== 'application/json'),
};

/** Routes that answer with something else than JSON of ours. */
export const MEDIA_OF: Readonly<Record<string, string>> = {
  Events_follow: 'text/event-stream', Audit_bundle: 'application/x-ndjson', Health_metrics: 'text/plain', Outbox_message: 'text/plain', Docs_openapi: 'application/json', Docs_page: 'text/html', OutboxPage_page: 'text/html',
};
