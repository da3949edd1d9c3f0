import { CommanderError } from 'commander';
import { InvalidConfiguration } from '#composition';
import { InvalidCommand, InvalidQuery, UnknownAnalysis, UnknownView } from '#event-sourcing';
import { RequestProblem } from '../../../libs/http/problems.js';

/** What the command line ends with: done, failed, or asked for in a way that it does not understand. */
export const EXIT = { done: 0, failed: 1, wrongUsage: 2 } as const;

/** The command line itself is wrong: an option that does not go with another, a value that is none. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** What was asked for was tried and did not come about; the message says all there is to say. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

const USAGE_ERRORS = [WrongUsage, InvalidConfiguration, InvalidCommand, InvalidQuery, RequestProblem, UnknownAnalysis, UnknownView];

/** Tells an error in one line, or with its stack where that is wished, and what to exit with. */
export function report(error: unknown, debug: boolean): number {
  // Commander has said what is wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUsage;
  process.stderr.write(debug && error instanceof Error ? `${error.stack ?? error.message}\n` : `guanxi: ${lineOf(error)}\n`);
  return USAGE_ERRORS.some((type) => error instanceof type) ? EXIT.wrongUsage : EXIT.failed;
}

function lineOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, ' ').trim();
}
