import { isDeepStrictEqual } from 'node:util';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsBirthday, IsNested, IsText } from '#event-sourcing/validation';
import {
  Contact, ContactBirthdayRecorded, ContactFamilySituationRecorded, ContactHobbyRecorded, CoreContactDesignated, CoreContactReleased,
  linkedContact, RELATIONSHIP_GRADES, RelationshipGradeAssigned, type RelationshipGrade,
} from '../domain/contact.js';
import { changed } from '../domain/facts.js';
import { ContactCommand } from './contact-persons.js';

@Command({ summary: 'Records the birthday of a contact person.', allow: ['manager', 'sales', 'service'] })
export class RecordContactBirthday extends ContactCommand {
  /** `YYYY-MM-DD`, or `--MM-DD` where the year is not known. */
  @IsBirthday() birthday!: string;
}

export const recordContactBirthday = decide(Contact, RecordContactBirthday, (command, state) => {
  const { customerId, birthday } = linkedContact(state, command.contactId);
  return birthday === command.birthday ? [] : event(ContactBirthdayRecorded, { ...factsOf(command), customerId });
});

/** Left out: stays as it is. Null: no longer known. */
export class FamilyFacts {
  @IsOptional() @IsText(50) maritalStatus?: string | null;
  @IsOptional() @IsInt() @Min(0) @Max(100) children?: number | null;
  @IsOptional() @IsText(1000) note?: string | null;
}

@Command({ summary: 'Records the family situation of a contact person.', allow: ['manager', 'sales', 'service'] })
export class RecordContactFamilySituation extends ContactCommand {
  @IsNested(() => FamilyFacts) family!: FamilyFacts;
}

export const recordContactFamilySituation = decide(Contact, RecordContactFamilySituation, (command, state) => {
  const { customerId, family } = linkedContact(state, command.contactId);
  const data = factsOf(command);
  return isDeepStrictEqual(changed(family, data.family), family) ? [] : event(ContactFamilySituationRecorded, { ...data, customerId });
});

@Command({ summary: 'Records a hobby of a contact person.', allow: ['manager', 'sales', 'service'] })
export class RecordContactHobby extends ContactCommand {
  @IsText(100) hobby!: string;
}

export const recordContactHobby = decide(Contact, RecordContactHobby, (command, state) => {
  const { customerId, hobbies } = linkedContact(state, command.contactId);
  return hobbies.includes(command.hobby) ? [] : event(ContactHobbyRecorded, { ...factsOf(command), customerId });
});

@Command({ summary: 'Grades the relationship with a contact person from A, close, to D, cold.', allow: ['manager', 'sales', 'service'] })
export class AssignRelationshipGrade extends ContactCommand {
  @IsIn(RELATIONSHIP_GRADES) grade!: RelationshipGrade;
  @IsOptional() @IsText(500) reason?: string;
}

export const assignRelationshipGrade = decide(Contact, AssignRelationshipGrade, (command, state) => {
  const { customerId, grade: formerGrade } = linkedContact(state, command.contactId);
  if (formerGrade === command.grade) return [];
  return event(RelationshipGradeAssigned, { ...factsOf(command), customerId, ...(formerGrade && { formerGrade }) });
});

@Command({ summary: 'Marks a contact person for special care.', allow: ['manager', 'sales', 'service'] })
export class DesignateCoreContact extends ContactCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const designateCoreContact = decide(Contact, DesignateCoreContact, (command, state) => {
  const { customerId, core } = linkedContact(state, command.contactId);
  return core ? [] : event(CoreContactDesignated, { ...factsOf(command), customerId });
});

@Command({ summary: 'Ends the special care for a contact person.', allow: ['manager', 'sales', 'service'] })
export class ReleaseCoreContact extends ContactCommand {
  @IsOptional() @IsText(500) reason?: string;
}

export const releaseCoreContact = decide(Contact, ReleaseCoreContact, (command, state) => {
  const { customerId, core } = linkedContact(state, command.contactId);
  return core ? event(CoreContactReleased, { ...factsOf(command), customerId }) : [];
});
