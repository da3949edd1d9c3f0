import { Command, contextOf, decide, event, withContext, type CommandContext, type CommandResult, type Decision, type Engine } from '#event-sourcing';
import { CustomerImportCompleted, CustomerImportReverted, CustomerImportStarted, ImportBatch, type ImportBatchState } from '#customers';

// Nobody sends these: they are part of running an import, and of undoing it.

@Command()
class StartImport extends CustomerImportStarted {
  customerimportId!: string;
}

@Command()
class CompleteImport extends CustomerImportCompleted {
  customerimportId!: string;
}

@Command()
class RevertImport extends CustomerImportReverted {
  customerimportId!: string;
}

const startImport = decide(ImportBatch, StartImport, ({ customerimportId: _, ...started }, { status }) => (status === 'none' ? event(CustomerImportStarted, started) : []));

const completeImport = decide(ImportBatch, CompleteImport, ({ customerimportId: _, ...completed }, { status }) => (status === 'started' ? event(CustomerImportCompleted, completed) : []));

const revertImport = decide(ImportBatch, RevertImport, ({ customerimportId: _, ...reverted }) => event(CustomerImportReverted, reverted));

type Asker = Pick<CommandContext, 'actor' | 'source'>;

/** What is known of one import, as events of its own. */
export class Batch {
  constructor(
    private readonly engine: Engine,
    readonly id: string,
    private readonly asker: Asker,
  ) {}

  async state() {
    return (await this.engine.aggregates.state(ImportBatch, this.id)).state;
  }

  start(started: Omit<CustomerImportStarted, 'importId'>): Promise<CommandResult> {
    return this.send(startImport, Object.assign(new StartImport(), started));
  }

  complete(completed: Omit<CustomerImportCompleted, 'importId'>): Promise<CommandResult> {
    return this.send(completeImport, Object.assign(new CompleteImport(), completed));
  }

  revert(reverted: Omit<CustomerImportReverted, 'importId'>): Promise<CommandResult> {
    return this.send(revertImport, Object.assign(new RevertImport(), reverted));
  }

  private send<C extends { importId: string; customerimportId: string }>(decision: Decision<C, ImportBatchState>, command: C): Promise<CommandResult> {
    Object.assign(command, { importId: this.id, customerimportId: this.id });
    const context = { ...this.asker, correlationId: this.id };
    return this.engine.aggregates.handle(decision, withContext(command, context), contextOf(command));
  }
}
