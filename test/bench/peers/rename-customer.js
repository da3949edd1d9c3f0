import 'reflect-metadata';
import { IsString, IsUUID, Length, validateSync } from 'class-validator';

/** The command that every peer handles. */
export class RenameCustomer {
  constructor(customerId, name) {
    this.customerId = customerId;
    this.name = name;
  }
}
IsUUID()(RenameCustomer.prototype, 'customerId');
IsString()(RenameCustomer.prototype, 'name');
Length(1, 200)(RenameCustomer.prototype, 'name');

/** Validated in the same way for every peer, ours included. */
export function validRename(customerId, name) {
  const command = new RenameCustomer(customerId, name);
  const errors = validateSync(command, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (errors.length > 0) throw new Error(errors.toString());
  return command;
}
