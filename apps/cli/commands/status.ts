import { type Command } from 'commander';
import { invocationOf, withAccess } from '../invocation.js';
import { table } from '../terminal/output.js';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('how far each view is, and what is wrong')
    .action(async (_options: object, command: Command) => {
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        const { head, trouble, views } = await access.status();
        const deadLetters = views.reduce((sum, view) => sum + view.deadLetters, 0);
        const status = { data: configuration.data, url: access.url ?? null, head, ...(trouble !== undefined && { trouble }), deadLetters, views };
        await output.answer(status, () => [
          `Data folder ${configuration.data}, ${access.url ? `served at ${access.url}` : 'which no server has open'}; the log ends at position ${head}.`,
          ...(trouble !== undefined ? [`Views are not fed: ${trouble}.`] : []),
          table(
            ['view', 'state', 'version', 'position', 'behind', 'dead letters', 'note'],
            views.map((view) => [view.view, view.state, view.version, view.position, view.lag, view.deadLetters, view.error ?? buildingNote(view.building)]),
          ),
        ].join('\n'));
      });
    });
}

function buildingNote(building: { version: number; position: number; error?: string } | undefined): string {
  if (!building) return '';
  return building.error ?? `version ${building.version} is being built, at position ${building.position}`;
}
