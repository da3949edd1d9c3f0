import { rm } from 'node:fs/promises';
import { plainToInstance } from 'class-transformer';
import { Rejection, withContext, type Engine, type Position } from '#event-sourcing';
import { recordRules } from './deployed-rules.js';
import { DefineRole } from './commands/define-role.js';
import { IssueKey } from './commands/keys.js';
import { AccessKey } from './domain/access-key.js';
import { Role } from './domain/role.js';
import { START_ROLES } from './domain/start-roles.js';
import { type RightsInMemory } from './enforcement/rights-in-memory.js';
import { asSystem } from './enforcement/visitor.js';
import { ADMINISTRATOR_KEY_ID, keyInFile } from './identity/administrator-key.js';
import { hashOf, keyText, newKey } from './identity/key.js';

const CONTEXT = { actor: 'system', source: 'first-start' };

type AccessEngine = Pick<Engine, 'commands' | 'aggregates' | 'contexts' | 'events'>;

/** Where the administrator's key is to be found; `text` where it is kept in no file. */
export interface AdministratorKey {
  file?: string;
  text?: string;
}

/**
 * Defines the roles to start from and issues the administrator's key, each only where that was never done; resolves when
 * both count in this process; records the rules in the code where they are others than before. Repeatable.
 * @throws UnusableKeyFile
 */
export async function firstStart(engine: AccessEngine, memory: Pick<RightsInMemory, 'reached'>, file: string | undefined): Promise<AdministratorKey> {
  await recordRules(engine);
  const key = await issueAdministratorKey(engine, file);
  await memory.reached(await defineStartRoles(engine));
  return key;
}

/** @returns the position up to which rights have to be known for them to count. */
async function defineStartRoles(engine: AccessEngine): Promise<Position> {
  const positions = [(await engine.aggregates.state(AccessKey, ADMINISTRATOR_KEY_ID)).position];
  for (const [roleId, definition] of Object.entries(START_ROLES)) {
    const { revision, position } = await engine.aggregates.state(Role, roleId);
    const command = plainToInstance(DefineRole, { roleId, ...structuredClone(definition) });
    const define = () => engine.commands.execute(withContext(command, { ...CONTEXT, commandId: `start-role/${roleId}` }));
    positions.push(revision >= 0 ? position : (await asSystem(define)).position);
  }
  return Math.max(...positions);
}

/**
 * Issues the administrator's key where no key was issued under its id: the one in the file or, without a file, one for
 * as long as the process runs. Of several processes at once one issues its key; the others say where that must be.
 * @throws UnusableKeyFile
 */
async function issueAdministratorKey(engine: AccessEngine, file: string | undefined): Promise<AdministratorKey> {
  const { revision } = await engine.aggregates.state(AccessKey, ADMINISTRATOR_KEY_ID);
  if (revision >= 0) return file === undefined ? {} : { file };
  const { key, isNew } = file === undefined ? { key: newKey(ADMINISTRATOR_KEY_ID), isNew: false } : await keyInFile(file);
  const command = plainToInstance(IssueKey, { accesskeyId: ADMINISTRATOR_KEY_ID, name: "The administrator's key of the first start", hash: hashOf(key), roles: ['administrator'] });
  try {
    await asSystem(() => engine.commands.execute(withContext(command, CONTEXT)));
  } catch (error) {
    if (!(error instanceof Rejection && error.code === 'key-exists')) throw error;
    // Another process issued its own meanwhile: the one that was just written lets nobody in.
    if (file !== undefined && isNew) await rm(file);
  }
  return file === undefined ? { text: keyText(key) } : { file };
}
