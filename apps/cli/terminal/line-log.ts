import { type Log } from '#event-sourcing';

/** What the engine has to say that people should know, each in a line on standard error. */
export const lineLog: Log = {
  info: () => undefined,
  warn: (fields, message) => say('warning', fields, message),
  error: (fields, message) => say('error', fields, message),
};

function say(level: string, fields: object, message: string): void {
  const { stack: _, ...shown } = fields as { stack?: unknown };
  process.stderr.write(`guanxi: ${level}: ${message} ${JSON.stringify(shown)}\n`);
}
