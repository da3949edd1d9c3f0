import { isDeepStrictEqual } from 'node:util';
import { IsObject, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, InvalidQuery, notFound } from '#event-sourcing';
import { factsOf, IsId, IsListOf, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { cubeSql, type CubeQuery } from '../cube/cube-query.js';
import { Mart, MartDefined, MartWithdrawn, type MartQuestion } from '../domain/mart.js';

export class MartQuestionFields implements MartQuestion {
  @IsText(100) name!: string;
  /** As POST /cube/query takes it, without a moment. */
  @IsObject() question!: Record<string, unknown>;
}

@Command({ summary: 'Defines what a department looks at: questions to cubes, answered together.', allow: ['manager'] })
export class DefineMart {
  @IsId() martId!: string;
  @IsText(100) department!: string;
  @IsListOf(() => MartQuestionFields, { most: 20 }) questions!: MartQuestionFields[];
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

const FIELDS = ['cube', 'measures', 'by', 'where', 'pivot', 'drill', 'sort', 'limit', 'events', 'subtotals'];

export const defineMart = decide(Mart, DefineMart, (command, mart) => {
  const questions = command.questions.map(({ name, question }) => ({ name, question }));
  if (new Set(questions.map(({ name }) => name)).size < questions.length) throw invalid('question-named-twice', 'Give each question a name of its own.');
  questions.forEach(refuseUnlessAsked);
  return isDeepStrictEqual(mart, { department: command.department, questions }) ? [] : event(MartDefined, { ...factsOf(command), questions });
});

@Command({ summary: 'Withdraws what a department looked at.', allow: ['manager'] })
export class WithdrawMart {
  @IsId() martId!: string;
  @IsText(500) reason!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const withdrawMart = decide(Mart, WithdrawMart, (command, mart) => {
  if (!mart) throw notFound('mart-not-found', `There is no mart ${command.martId}. GET /views/marts lists those that there are.`);
  return event(MartWithdrawn, factsOf(command));
});

/** @throws Rejection no cube could answer it. */
function refuseUnlessAsked({ name, question }: MartQuestion): void {
  const other = Object.keys(question).find((field) => !FIELDS.includes(field));
  if (other !== undefined) throw invalid('mart-question-wrong', `Question ${name} has a field ${other}, which cubes do not know. Fields: ${FIELDS.join(', ')}.`);
  const lists = ['measures', 'by'].find((field) => question[field] !== undefined && !(Array.isArray(question[field]) && question[field].every((each) => typeof each === 'string')));
  if (typeof question['cube'] !== 'string' || lists !== undefined) throw invalid('mart-question-wrong', `Question ${name}: cube must be a name, measures and by lists of names.`);
  try {
    cubeSql(question as unknown as CubeQuery);
  } catch (error) {
    if (!(error instanceof InvalidQuery)) throw error;
    throw invalid('mart-question-wrong', `Question ${name}: ${error.message}`);
  }
}
