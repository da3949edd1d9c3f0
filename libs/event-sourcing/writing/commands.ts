import { Forbidden, Unauthenticated, type Authority } from '../modelling/authority.js';
import type { Decision } from '../modelling/command.js';
import { Rejection } from '../modelling/rejection.js';
import type { Telemetry } from '../support.js';
import type { Aggregates, CommandResult } from './aggregates.js';
import { contextOf } from './command-context.js';
import { InvalidCommand, UnknownCommand } from './errors.js';
import { validateCommand } from './validation.js';

/** Every command that the program knows, and the one way to have it handled: validated, decided, appended, counted. */
export class Commands {
  private readonly byClass = new Map<unknown, Decision>();
  private readonly named = new Map<string, Decision>();

  constructor(
    decisions: Iterable<Decision>,
    private readonly aggregates: Aggregates,
    private readonly telemetry: Telemetry,
    private readonly authority?: Authority,
  ) {
    for (const decision of decisions) {
      if (this.byName(decision.command.name)) throw new Error(`Two decisions are for commands called ${decision.command.name}.`);
      this.byClass.set(decision.command, decision);
      this.named.set(decision.command.name, decision);
    }
  }

  all(): Decision[] {
    return [...this.byClass.values()];
  }

  byName(name: string): Decision | undefined {
    return this.named.get(name);
  }

  /** @throws UnknownCommand */
  decisionOf(command: object): Decision {
    const known = this.byClass.get(command.constructor);
    if (!known) throw new UnknownCommand(command.constructor.name);
    return known;
  }

  /**
   * @throws Forbidden whoever sends it may not.
   * @throws InvalidCommand a field is malformed.
   * @throws Rejection the rules forbid it.
   * @throws ConcurrencyConflict others kept changing the aggregate.
   */
  execute(command: object): Promise<CommandResult> {
    return this.handle(command, this.authority);
  }

  /** The same for what the program itself decided, such as a process: nobody is asked whether it may. */
  executeOwn(command: object): Promise<CommandResult> {
    return this.handle(command, undefined);
  }

  private async handle(command: object, authority: Authority | undefined): Promise<CommandResult> {
    const started = performance.now();
    const name = command.constructor.name;
    try {
      const known = this.decisionOf(command);
      const decision = authority?.command(known, command) ?? known;
      validateCommand(command);
      const result = await this.aggregates.handle(decision, command, contextOf(command));
      this.telemetry.commandHandled(name, result.repeated ? 'repeated' : 'done', performance.now() - started);
      return result;
    } catch (error) {
      const refused = [Rejection, InvalidCommand, Forbidden, Unauthenticated].some((type) => error instanceof type);
      this.telemetry.commandHandled(name, refused ? 'rejected' : 'failed', performance.now() - started);
      throw error;
    }
  }
}
