import { type Command } from 'commander';
import { invocationOf, withAccess } from '../invocation.js';
import { Failed } from '../terminal/exit.js';
import { table } from '../terminal/output.js';

export function addDeadLetters(program: Command): void {
  const deadLetters = program.command('dead-letters').description('documents that wait because a fold failed or the store does not take them');
  deadLetters
    .command('list', { isDefault: true })
    .description('what waits, for which event, and why')
    .argument('[view]', 'only of this view')
    .action(async (view: string | undefined, _options: object, command: Command) => {
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        const letters = await access.deadLetters(view);
        await output.answer(letters, () => (letters.length === 0 ? 'No document waits.' : table(
          ['view', 'document', 'waiting', 'attempts', 'since', 'event', 'error'],
          letters.map(({ view, key, waiting, attempts, since, event, error }) => [view, key, waiting, attempts, since, `${event.type} ${event.stream}@${event.revision}`, error]),
        )));
      });
    });
  deadLetters
    .command('retry')
    .description('folds waiting documents again, after their cause is corrected')
    .argument('<view>', 'the view')
    .argument('[document]', 'only this document')
    .action(async (view: string, key: string | undefined, _options: object, command: Command) => {
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        const result = await access.retry(view, key);
        if (key !== undefined && result.released + result.waiting === 0) throw new Failed(`No document "${key}" of ${view} waits; guanxi dead-letters list ${view} tells which do.`);
        await output.answer(result, () => `${result.released} go on, ${result.waiting} still wait.`);
        if (result.waiting > 0) throw new Failed(`${result.waiting} documents of ${view} failed again; guanxi dead-letters list ${view} tells why.`);
      });
    });
}
