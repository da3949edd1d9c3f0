import { plainToInstance } from 'class-transformer';
import { silentLog, withContext, type Engine, type EventStore, type Log } from '#event-sourcing';
import { ClaimRoles } from './commands/user-roles.js';
import { AccessControl } from './enforcement/access-control.js';
import { RightsInMemory } from './enforcement/rights-in-memory.js';
import { Sightings, type SightingsOptions } from './enforcement/sightings.js';
import { asSystem } from './enforcement/visitor.js';
import { Identification } from './identity/identification.js';
import { Tokens, type TokenIssuer } from './identity/tokens.js';

export interface AccessOptions {
  /** Where people's tokens come from. Without it only keys are accepted. */
  oidc?: TokenIssuer;
  sightings?: SightingsOptions;
}

export interface AccessSurroundings {
  /** The log that the engine has. */
  events: EventStore;
  log?: Log;
}

/** Who asks, what they may do, and what they saw: one for each process that answers. */
export class Access {
  readonly memory: RightsInMemory;
  readonly sightings: Sightings;
  /** To be given to the engine. */
  readonly control: AccessControl;
  readonly identification: Identification;
  private engine: Pick<Engine, 'commands'> | undefined;

  constructor({ oidc, sightings }: AccessOptions, { events, log = silentLog }: AccessSurroundings) {
    this.memory = new RightsInMemory(events, log);
    this.sightings = new Sightings(events, log, sightings);
    this.control = new AccessControl(this.memory, this.sightings);
    this.identification = new Identification(this.memory, oidc && new Tokens(oidc), (userId, roles) => this.recordRoles(userId, roles));
  }

  /** Begins to follow the log; what tokens say of roles is recorded by the engine. */
  start(engine: Pick<Engine, 'commands'>): void {
    this.engine = engine;
    this.memory.start();
  }

  /** Appends what waits, and stops following. */
  async stop(): Promise<void> {
    try {
      await this.sightings.close();
    } finally {
      await this.memory.stop();
    }
  }

  private async recordRoles(userId: string, roles: readonly string[]): Promise<void> {
    const command = withContext(plainToInstance(ClaimRoles, { userId, roles: [...roles] }), { actor: 'system', source: 'identity-provider' });
    const { position } = await asSystem(() => this.engine!.commands.execute(command));
    await this.memory.reached(position);
  }
}
