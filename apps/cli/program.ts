import { Command } from 'commander';
import { addAccess } from './commands/access.js';
import { addAnalyse } from './commands/analyse.js';
import { addAudit } from './commands/audit.js';
import { addBackup } from './commands/backup.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDuplicates } from './commands/duplicates.js';
import { addImport } from './commands/import.js';
import { addModels } from './commands/models.js';
import { addPause, addResume } from './commands/pause.js';
import { addOutbox } from './commands/outbox.js';
import { addPrivacy } from './commands/privacy.js';
import { addProcesses } from './commands/processes.js';
import { addRebuild } from './commands/rebuild.js';
import { addReplay } from './commands/replay.js';
import { addSimulate } from './commands/simulate.js';
import { addStatus } from './commands/status.js';
import { addStream } from './commands/stream.js';
import { addCube } from './commands/cube.js';
import { addWarehouse } from './commands/warehouse.js';
import { addViews } from './commands/views.js';
import { addWhatIf } from './commands/what-if.js';
import { EXIT, report } from './terminal/exit.js';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 the command line is wrong.
Where a server has the data folder open, commands talk to it over HTTP, and show it the key of GUANXI_KEY or of the data folder.`;

/** Runs the command line that the arguments say. @returns what to exit with. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return report(error, args.includes('--debug'));
  }
}

/** Errors are thrown: nothing here ends the process. */
function program(): Command {
  const guanxi = new Command('guanxi')
    .description('Event-sourced customer relationships: import, look, replay, operate.')
    .option('--data <folder>', 'the data folder (default: GUANXI_DATA, otherwise ./data)')
    .option('--json', 'one JSON value on standard output and nothing else')
    .option('--debug', 'errors with their stack')
    .addHelpText('after', EXIT_CODES)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'guanxi: ')) })
    .exitOverride();
  for (const add of [addImport, addSimulate, addStatus, addStream, addViews, addWhatIf, addAnalyse, addModels, addReplay, addRebuild, addPause, addResume, addDeadLetters, addDuplicates, addProcesses, addOutbox, addAudit, addPrivacy, addAccess, addBackup, addWarehouse, addCube]) add(guanxi);
  pointToHelp(guanxi, 'guanxi');
  return guanxi;
}

/** An error names the help of the very command that it is about. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`(${name} --help tells what there is)`);
  for (const below of command.commands) pointToHelp(below, `${name} ${below.name()}`);
}
