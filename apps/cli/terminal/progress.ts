import { SingleBar } from 'cli-progress';

/** How far something long has come. */
export interface Progress {
  /** @param done of `total`; more for people in `text`. */
  update(done: number, total: number, text?: string): void;
  end(): void;
}

/** A bar on standard error, where that is a terminal; otherwise nothing. */
export function progressBar(what: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined };
  const bar = new SingleBar({ stream: process.stderr, format: `${what} {bar} {percentage}% {text}`, clearOnComplete: true, hideCursor: true });
  let started = false;
  return {
    update(done, total, text = '') {
      if (!started) bar.start(total, done, { text });
      started = true;
      bar.setTotal(total);
      bar.update(done, { text });
    },
    end() {
      if (started) bar.stop();
    },
  };
}
