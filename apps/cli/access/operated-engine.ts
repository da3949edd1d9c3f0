import { OperatorAuthority, Sightings } from '#access';
import { openEngine, type Configuration, type OpenEngine } from '#composition';
import { lineLog } from '../terminal/line-log.js';
import { operator } from './credentials.js';

export interface OperatedEngine extends OpenEngine {
  /** Records what is shown of the log. */
  authority: OperatorAuthority;
  sightings: Sightings;
}

/**
 * The engine over the stores of this configuration, in the hands of its operator: what is read of persons is recorded as
 * of anybody who reads.
 * @param project whether views are fed from the start. @throws DataFolderInUse
 */
export async function openOperated(configuration: Configuration, project = true): Promise<OperatedEngine> {
  let sightings: Sightings;
  let authority: OperatorAuthority;
  const open = await openEngine(configuration, {
    log: lineLog, project,
    // Nobody else asks while this process has the folder, so a retired collection need not be kept for anyone.
    options: { projector: { graceMs: 0 } },
    authority: (events) => {
      sightings = new Sightings(events, lineLog);
      return (authority = new OperatorAuthority(operator(), sightings));
    },
  });
  const close = async () => {
    try {
      await sightings.close();
    } finally {
      await open.close();
    }
  };
  return { ...open, authority: authority!, sightings: sightings!, close };
}
