// What applications and other libraries may know of access.
export { Access, type AccessOptions } from './access.js';
export { access as accessContext } from './context.js';
export { AREAS, SCOPES, type Area, type RoleDefinition, type Scope } from './domain/role.js';
export { Rights } from './domain/rights.js';
export { START_ROLES } from './domain/start-roles.js';
export { asSystem, asVisitor, currentVisitor, type Visitor } from './enforcement/visitor.js';
export { OperatorAuthority } from './enforcement/operator.js';
export { recordOf } from './enforcement/record-of.js';
export { Sightings, type SightingsOptions } from './enforcement/sightings.js';
export { periodOf, questionsOf, whoCouldSee, type Period, type PossibleViewer } from './history/who-could-see.js';
export { sightingsOf } from './history/who-saw.js';
export { recordRules, rulesOf } from './deployed-rules.js';
export { firstStart, type AdministratorKey } from './first-start.js';
export { ADMINISTRATOR_KEY_ID, readKey, UnusableKeyFile } from './identity/administrator-key.js';
export { hashOf, KEY_FORM, keyFrom, keyText, newKey, type Key } from './identity/key.js';
export { type TokenIssuer } from './identity/tokens.js';
