import { addressOf, PROBLEMS, type ProblemType } from '#http';
import { type Schema } from './command-schemas.js';

/** One response for each status, with an example for each kind of problem that has it. */
export function problemResponses(): Record<string, Schema> {
  const byStatus = new Map<number, ProblemType[]>();
  for (const [type, { status }] of Object.entries(PROBLEMS)) byStatus.set(status, [...(byStatus.get(status) ?? []), type as ProblemType]);
  return Object.fromEntries([...byStatus].map(([status, types]) => [`Problem${status}`, {
    description: types.map((type) => `${PROBLEMS[type].title}. ${PROBLEMS[type].remedy}`).join('\n\n'),
    headers: { 'X-Correlation-Id': { schema: { type: 'string' } }, ...(status === 401 && { 'WWW-Authenticate': { schema: { const: 'Bearer' } } }), ...([409, 412, 429, 503].includes(status) && { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } }) },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples: Object.fromEntries(types.map((type) => [type, { value: problemExample(type) }])) } },
  }]));
}

function problemExample(type: ProblemType): Schema {
  const { status, title, remedy } = PROBLEMS[type];
  const fields = type === 'invalid-command' ? { fields: [{ field: 'name', messages: ['name must be text that is not blank and has no control characters'] }] } : {};
  return { type: addressOf(type), title, status, detail: remedy, instance: '/commands/RegisterCustomer', correlationId: '0199c5a2-7c1e-7d3a-9f0e-3a5b6c7d8e9f', ...fields };
}
