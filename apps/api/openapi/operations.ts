import { ANSWER_OF, FILES_OF, MEDIA_OF } from './answers.js';
import { type Schema } from './command-schemas.js';
import { CORRELATION_ID, PARAMETERS_OF, PIPELINE_BODY, POLICIES_BODY } from './parameters.js';

export interface Operation extends Schema {
  operationId: string;
  summary?: string;
  parameters?: Schema[];
  responses: Record<string, Schema>;
}

export type PathItem = Record<string, Operation>;

/** Statuses of problems that every route can answer with. */
const ALWAYS = [400, 414, 431, 500, 503];

/** Those of every route that asks who comes. */
const ASKED_WHO = [401, 403, 429];

const BODY_OF: Readonly<Record<string, Schema>> = { Views_aggregate: PIPELINE_BODY, WhatIf_changes: POLICIES_BODY };

/** Those of some routes besides. */
const PROBLEMS_OF: Readonly<Record<string, readonly number[]>> = {
  Commands_send: [404, 409, 413, 415, 422],
  Views_list: [404, 412, 422], Views_row: [404, 412, 422], Views_report: [404, 412, 422], Views_aggregate: [404, 412, 413, 415, 422],
  Views_pause: [404], Views_resume: [404], Views_rebuild: [404, 409], Views_retry: [404, 409],
  Analyses_answer: [404, 412, 422], Analyses_series: [404, 422], Analyses_explain: [404, 412, 422],
  Changes_list: [404, 412, 422], Changes_row: [404, 412, 422], WhatIf_changes: [404, 412, 413, 415, 422], Duplicates_search: [404, 412],
  Customers_search: [404, 412, 422], Customers_one: [404, 412, 422], Customers_price: [404, 412, 422],
  Aggregates_state: [404], Aggregates_history: [404],
  History_history: [404], Audit_head: [404], Audit_makeHead: [409], Audit_prove: [404, 409], Audit_consistency: [409], Audit_bundle: [409],
  Privacy_erase: [404, 409, 413, 415], Privacy_export: [404],
  Operations_deadLetters: [404], Processes_deadlines: [404], Processes_attention: [404], Processes_retry: [404, 409], Processes_pause: [404, 409], Processes_resume: [404, 409], Outbox_list: [404], Outbox_message: [404], Docs_problem: [404],
  Warehouse_query: [404, 409, 412, 413, 415, 422], Warehouse_why: [404, 409, 412, 422], Warehouse_status: [409], Warehouse_rebuild: [409], Cube_query: [404, 409, 412, 413, 415, 422], Cube_mart: [404, 409, 412, 422],
};

const PUBLIC = ['Docs_openapi', 'Docs_page', 'OutboxPage_page', 'Health_live', 'Health_ready'];
const isPublic = (id: string): boolean => PUBLIC.includes(id);

/** An operation as Nest describes it, with what its controller does not declare: shared parameters, answers and errors. */
export function completed(operation: Operation): Operation {
  const id = operation.operationId;
  const success = Object.keys(operation.responses).find((status) => status.startsWith('2')) ?? '200';
  const answer = { description: 'It is done, or here it is.', headers: headersOf(id), content: contentOf(id) };
  const requestBody = BODY_OF[id];
  return {
    ...operation, ...(requestBody && { requestBody }), ...(isPublic(id) && { security: [] }),
    parameters: [...(operation.parameters ?? []).filter(({ name }) => name !== undefined), ...(PARAMETERS_OF[id] ?? []), CORRELATION_ID],
    responses: { [success]: answer, ...problemsOf(id), ...(id === 'Health_ready' && { 503: { ...answer, description: 'It is not ready; the answer says why.' } }) },
  };
}

function contentOf(id: string): Schema {
  const media = MEDIA_OF[id];
  if (media !== undefined) return { [media]: { schema: {} } };
  const files = (FILES_OF[id] ?? []).map((type): [string, Schema] => [type, { schema: {} }]);
  return { 'application/json': { schema: { $ref: `#/components/schemas/${ANSWER_OF[id]}` } }, ...Object.fromEntries(files) };
}

function headersOf(id: string): Schema {
  const integer = { schema: { type: 'integer' } };
  const common = { 'X-Correlation-Id': { schema: { type: 'string' } } };
  if (id === 'Commands_send' || id === 'Aggregates_state') return { ...common, ETag: { description: 'Revision of the stream.', schema: { type: 'string' } }, 'X-Position': integer };
  return id.startsWith('Views_') || id === 'Analyses_answer' || id === 'Analyses_explain' || id.startsWith('Changes_') || id.startsWith('WhatIf_') || id.startsWith('Customers_') ? { ...common, 'X-Position': { description: 'The view held all events up to here.', ...integer } } : common;
}

function problemsOf(id: string): Record<string, Schema> {
  const statuses = [...ALWAYS, ...(isPublic(id) ? [] : ASKED_WHO), ...(PROBLEMS_OF[id] ?? [])].sort();
  return Object.fromEntries(statuses.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]));
}
