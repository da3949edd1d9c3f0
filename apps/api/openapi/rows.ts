import { type AnyView } from '#event-sourcing';
import { ROWS } from '#http';
import { ANSWER_OF } from './answers.js';
import { type Schema } from './command-schemas.js';
import { type Operation } from './operations.js';

const DESCRIPTION = 'Fields that nothing is known of are missing, and so are those that your role does not show or that `fields` leaves out.';

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const nameOf = (view: string): string => `Row_${view}`;

/** What the description says of the rows of views. */
export class RowSchemas {

  /** Components for the views that there are. */
  schemasOf(views: readonly AnyView[]): Record<string, Schema> {
    return Object.fromEntries(views.flatMap(({ name }) => {
      const row = ROWS[name];
      return row ? [[nameOf(name), { ...row, properties: { _id: { type: 'string' }, ...row.properties }, description: DESCRIPTION }]] : [];
    }));
  }

  /** The operation, answering with rows of this view. */
  answeredBy(operation: Operation, view: string): Operation {
    if (!ROWS[view]) return operation;
    const answer = ANSWER_OF[operation.operationId];
    if (answer === 'PageAnswer') return withAnswer(operation, answer, { items: { type: 'array', items: ref(nameOf(view)) } });
    return answer === 'RowAnswer' ? withAnswer(operation, answer, { item: ref(nameOf(view)) }) : operation;
  }
}

function withAnswer(operation: Operation, name: string, properties: Schema): Operation {
  const schema = { allOf: [ref(name), { type: 'object', properties }] };
  return { ...operation, responses: { ...operation.responses, 200: { ...operation.responses['200'], content: { 'application/json': { schema } } } } };
}
