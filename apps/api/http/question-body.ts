import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { InvalidCommand, type Class } from '#event-sourcing';
import { isObject, only, RequestProblem, type Parameters } from '#http';

/** The body as an instance of its class. @throws RequestProblem @throws InvalidCommand a field is not what the class says. */
export function questionIn<Question extends object>(type: Class<Question>, parameters: Parameters, body: unknown): Question {
  only(parameters);
  if (!isObject(body)) throw new RequestProblem('invalid-request', 'The body must be a JSON object.');
  const question = plainToInstance(type as new () => Question, body);
  const problems = validateSync(question, { whitelist: true, forbidNonWhitelisted: true });
  if (problems.length > 0) throw new InvalidCommand(type.name, problems.map(({ property, constraints }) => ({ field: property, messages: Object.values(constraints ?? {}) })));
  return question;
}
