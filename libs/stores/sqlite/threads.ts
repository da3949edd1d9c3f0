import { Worker } from 'node:worker_threads';

const CLOSED = 0;
const BUSY = 1;
const LONGEST_WAIT_MS = 10_000;
/** What such a thread makes, it passes on at once; the memory that the process has for new objects is not for each. */
const YOUNG_MIB = 8;

/**
 * Where a thread may be ended, and where not: the SQLite binding aborts the whole process when its thread is ended inside
 * a call, which is what leaving the process does to threads.
 */
export class Gate {
  private readonly state: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.state = new Int32Array(shared);
  }

  /** In the thread: does the work, unless the gate is closed. */
  pass(work: () => void): void {
    Atomics.store(this.state, BUSY, 1);
    try {
      if (Atomics.load(this.state, CLOSED) === 0) work();
    } finally {
      Atomics.store(this.state, BUSY, 0);
      Atomics.notify(this.state, BUSY);
    }
  }

  /** Outside: lets no more work begin, and waits until what has begun is done. */
  close(): void {
    Atomics.store(this.state, CLOSED, 1);
    Atomics.wait(this.state, BUSY, 1, LONGEST_WAIT_MS);
  }
}

export interface Thread {
  worker: Worker;
  gate: Gate;
}

const gates = new Set<Gate>();

/**
 * Starts a thread that works with SQLite. It gets the shared memory of its gate as `gate` in its data, and does all its
 * work through it.
 */
export function startThread(url: URL, data: object): Thread {
  if (gates.size === 0) process.on('exit', closeGates);
  const gate = new Gate();
  gates.add(gate);
  const worker = new Worker(url, { workerData: { ...data, gate: gate.shared }, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
  worker.once('exit', () => {
    gates.delete(gate);
    if (gates.size === 0) process.off('exit', closeGates);
  });
  return { worker, gate };
}

function closeGates(): void {
  for (const gate of gates) gate.close();
}
