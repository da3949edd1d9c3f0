/** What an iteration of pages gives, and a sign of life whenever it has given nothing for `milliseconds`. */
export async function* withHeartbeat<T, Beat>(source: AsyncIterable<T>, milliseconds: number, beat: Beat): AsyncGenerator<T | Beat> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await within(next, milliseconds);
      if (result === undefined) yield beat;
      else if (result.done) return;
      else {
        yield result.value;
        next = iterator.next();
      }
    }
  } finally {
    await iterator.return?.();
  }
}

/** @returns undefined where the time is over first. */
function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What work that begins at once says of its progress while it goes on, the newest alone, and at last what it came to. */
export function telling<Progress, Result>(work: (tell: (progress: Progress) => void) => Promise<Result>): AsyncGenerator<{ progress: Progress } | { result: Result }> {
  let newest: Progress | undefined;
  let isDone = false;
  let wake = (): void => undefined;
  const result = work((progress) => {
    newest = progress;
    wake();
  });
  const ended = (): void => {
    isDone = true;
    wake();
  };
  // Whoever listens is told of the failure, when there is nothing more to tell before it.
  result.then(ended, ended);
  return steps();

  async function* steps(): AsyncGenerator<{ progress: Progress } | { result: Result }> {
    for (;;) {
      const progress = newest;
      newest = undefined;
      if (progress !== undefined) {
        yield { progress };
        continue;
      }
      if (isDone) {
        yield { result: await result };
        return;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}

/** One message of an event stream (HTML standard, server-sent events). `data` is one line of JSON. */
export function message({ id, event, data }: { id?: number; event?: string; data: unknown }): string {
  const lines = [...(id === undefined ? [] : [`id: ${id}`]), ...(event === undefined ? [] : [`event: ${event}`]), `data: ${JSON.stringify(data)}`];
  return `${lines.join('\n')}\n\n`;
}

/** A comment: readers pass over it, and what stands between keeps the connection. */
export const comment = (text: string): string => `: ${text}\n\n`;
