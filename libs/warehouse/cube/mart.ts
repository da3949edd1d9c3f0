import type { Warehouse } from '../warehouse.js';
import { cubeAnswer, type CubeAnswer, type CubeQuestion } from './cube.js';

export interface MartAnswer {
  department: string;
  /** All as of one moment and one position of the log. */
  answers: { name: string; answer: CubeAnswer }[];
}

type Moment = Pick<CubeQuestion, 'asOf' | 'knownAt' | 'position'>;

/** Every question of a mart, answered together. @throws InvalidQuery @throws QueryTooExpensive @throws NotYetThere */
export async function martAnswer(warehouse: Warehouse, { department, questions }: { department: string; questions: readonly { name: string; question: object }[] }, { position, ...moment }: Moment): Promise<MartAnswer> {
  const at = { ...moment, position: position ?? (await warehouse.catchUp()) };
  const answers: MartAnswer['answers'] = [];
  for (const { name, question } of questions) answers.push({ name, answer: await cubeAnswer(warehouse, { ...(question as CubeQuestion), ...at }) });
  return { department, answers };
}
