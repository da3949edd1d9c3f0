import { type Command } from 'commander';
import { type Access } from '../access/access.js';
import { invocationOf, withAccess } from '../invocation.js';

export function addPause(program: Command): void {
  add(program, 'pause', 'stops feeding a view; it goes on answering from what it has', (access, view) => access.pause(view));
}

export function addResume(program: Command): void {
  add(program, 'resume', 'feeds a view again that was paused or that failed', (access, view) => access.resume(view));
}

function add(program: Command, name: string, description: string, act: (access: Access, view: string) => Promise<void>): void {
  program
    .command(name)
    .description(description)
    .argument('<view>', 'the view')
    .action(async (view: string, _options: object, command: Command) => {
      const { configuration, output } = invocationOf(command);
      await withAccess(configuration, async (access) => {
        await act(access, view);
        const { views } = await access.status();
        const status = views.find((each) => each.view === view)!;
        await output.answer(status, () => `${view} is ${status.state}, at position ${status.position}.`);
      });
    });
}
