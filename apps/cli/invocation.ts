import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { loadConfiguration, type Configuration } from '#composition';
import { type Access } from './access/access.js';
import { openAccess } from './access/open-access.js';
import { WrongUsage } from './terminal/exit.js';
import { Output } from './terminal/output.js';

export interface GlobalOptions {
  data?: string;
  json?: boolean;
  debug?: boolean;
}

/** What every command needs: which data folder, and how to answer. */
export interface Invocation {
  configuration: Configuration;
  output: Output;
}

/** @throws InvalidConfiguration a variable of the environment is wrong. */
export function invocationOf(command: Command): Invocation {
  const { data, json, lines } = command.optsWithGlobals<GlobalOptions & { lines?: boolean }>();
  if (json && lines) throw new WrongUsage('Give --json or --lines, not both.');
  const configuration = loadConfiguration({ ...process.env, ...(data !== undefined && { GUANXI_DATA: pathOf(data) }) });
  return { configuration, output: new Output(json ? 'json' : lines ? 'lines' : 'table') };
}

/**
 * Opens the data folder, or finds the process that has it, for as long as `use` takes.
 * @param project whether views are fed meanwhile, where it is the data folder.
 */
export async function withAccess<T>(configuration: Configuration, use: (access: Access) => Promise<T>, project = true): Promise<T> {
  return whileOpen(await openAccess(configuration, project), use);
}

/** For the commands that ask one thing: opens it, has it used, closes it. `const using = usingAccess(openAuditAccess)` */
export const usingAccess = <Opened extends Closable>(open: (configuration: Configuration) => Promise<Opened>) =>
  async (command: Command, use: (access: Opened, invocation: Invocation) => Promise<void>): Promise<void> => {
    const invocation = invocationOf(command);
    await whileOpen(await open(invocation.configuration), (access) => use(access, invocation));
  };

interface Closable {
  close(): Promise<void>;
}

async function whileOpen<Opened extends Closable, T>(access: Opened, use: (access: Opened) => Promise<T>): Promise<T> {
  try {
    return await use(access);
  } finally {
    await access.close();
  }
}

/** A path from the command line, seen from where it was typed: npm runs scripts in the folder of the package. */
export function pathOf(given: string): string {
  return resolve(process.env['npm_lifecycle_event'] === 'guanxi' ? (process.env['INIT_CWD'] ?? '.') : '.', given);
}

/** A whole number of at least `min`, for an option of Commander. */
export function wholeNumber(min: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
    if (number >= min) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min}.`);
  };
}

/** Names with commas between them, for an option of Commander. */
export function names(value: string): string[] {
  const list = value.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (list.length === 0) throw new InvalidArgumentError('It must be one name or several with commas between them.');
  return list;
}
