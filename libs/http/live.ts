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

/** One message of an event stream (HTML standard, server-sent events). `data` is one line of JSON. */
export function message({ id, event, data }: { id?: number; event?: string; data: unknown }): string {
  const lines = [...(id === undefined ? [] : [`id: ${id}`]), ...(event === undefined ? [] : [`event: ${event}`]), `data: ${JSON.stringify(data)}`];
  return `${lines.join('\n')}\n\n`;
}

/** A comment: readers pass over it, and what stands between keeps the connection. */
export const comment = (text: string): string => `: ${text}\n\n`;
