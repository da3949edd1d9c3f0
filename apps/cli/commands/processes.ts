import { type Command } from 'commander';
import { type InstanceRow, type ProcessStatus } from '#event-sourcing';
import { openProcessesAccess, type ProcessesAccess } from '../access/processes-access.js';
import { usingAccess } from '../invocation.js';
import { Failed } from '../terminal/exit.js';
import { table } from '../terminal/output.js';

export const usingProcesses = usingAccess(openProcessesAccess);

interface OfProcess {
  process?: string;
}

export function addProcesses(program: Command): void {
  const processes = program.command('processes').description('what happens because something happened: how it is, what is due, what waits for somebody');
  processes
    .command('status', { isDefault: true })
    .description('how each process is')
    .action((_options: object, command: Command) => usingProcesses(command, async (access, { output }) => {
      const status = await access.status();
      await output.answer(status, () => table(
        ['process', 'running', 'ended', 'for somebody', 'deadlines', 'next deadline', 'position', 'note'],
        status.map((each) => [each.process, each.running, each.ended, each.attention, each.deadlines, each.nextDeadline, each.position, noteOf(each)]),
      ));
    }));
  processes
    .command('deadlines')
    .description('deadlines that are set, the next one first')
    .option('--process <name>', 'only of this process')
    .action(({ process }: OfProcess, command: Command) => usingProcesses(command, async (access, { output }) => {
      const deadlines = await access.deadlines(process);
      await output.answer(deadlines, () => (deadlines.length === 0 ? 'No deadline is set.' : table(
        ['at', 'process', 'instance', 'deadline', 'note'], deadlines.map((each) => [each.at, each.process, each.instanceId, each.deadline, each.waits ? 'its instance is stuck' : '']),
      )));
    }));
  processes
    .command('attention')
    .description('instances that could not react, and commands of processes that were refused')
    .option('--process <name>', 'only of this process')
    .action(({ process }: OfProcess, command: Command) => usingProcesses(command, async (access, { output }) => {
      const waiting = await access.attention(process);
      await output.answer(waiting, () => (waiting.length === 0 ? 'Nothing waits for anybody.' : attentionTable(waiting)));
    }));
  processes
    .command('retry')
    .description('has an instance try again that could not react, or sends a command again that was refused')
    .argument('<process>', 'the process')
    .argument('<instance>', 'its instance')
    .option('--command <id>', 'the refused command')
    .action((process: string, instance: string, { command: id }: { command?: string }, command: Command) => usingProcesses(command, async (access, { output }) => {
      const retried = await access.retry(process, instance, id);
      await output.answer(retried, () => (!retried.done ? 'It is tried again when a server runs.' : retried.waiting.length === 0 ? 'It goes on.' : attentionTable(retried.waiting)));
      if (retried.done && retried.waiting.length > 0) throw new Failed(`${process} ${instance} still waits for somebody.`);
    }));
  addRest(processes, 'pause', 'has a process rest: it reaches no deadline and sends nothing until it is resumed', (access, process) => access.pause(process));
  addRest(processes, 'resume', 'has a process that was paused take up what came meanwhile, and go on', (access, process) => access.resume(process));
}

function addRest(processes: Command, name: string, description: string, act: (access: ProcessesAccess, process: string) => Promise<ProcessStatus>): void {
  processes
    .command(name)
    .description(description)
    .argument('<process>', 'the process')
    .action((process: string, _options: object, command: Command) => usingProcesses(command, async (access, { output }) => {
      const status = await act(access, process);
      await output.answer(status, () => (status.pausedSince === undefined ? `${process} goes on, where a server runs.` : `${process} rests since ${status.pausedSince}.`));
    }));
}

function noteOf({ pausedSince, failure, stopped, summary }: ProcessStatus): string | undefined {
  if (pausedSince !== undefined) return `paused since ${pausedSince}`;
  return failure ?? (stopped === undefined ? summary : `stopped: too many commands of processes led to one another (${stopped}); see guanxi processes attention`);
}

function attentionTable(waiting: readonly InstanceRow[]): string {
  const rows = waiting.flatMap(({ process, instanceId, stuck, rejected }) => [
    ...(stuck ? [[process, instanceId, stuck.since, 'cannot react', stuck.error]] : []),
    ...rejected.map(({ commandId, command, code, at }) => [process, instanceId, at, `${command} was refused: ${code}`, commandId]),
  ]);
  return table(['process', 'instance', 'since', 'what', 'error, or id of the command'], rows);
}
