import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Class } from '#event-sourcing';

/** The fields that are to blame when this JSON is sent as this command: `facts.income.amount`; none where it is accepted. */
export function faultsIn(command: Class, json: object): string[] {
  const sent: object = plainToInstance(command as ClassConstructor<object>, JSON.parse(JSON.stringify(json)) as object);
  return fieldsOf(validateSync(sent, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true }));
}

function fieldsOf(errors: readonly ValidationError[], path = ''): string[] {
  return errors.flatMap(({ property, constraints, children }) => [
    ...(constraints ? [path + property] : []), ...fieldsOf(children ?? [], `${path}${property}.`),
  ]);
}
