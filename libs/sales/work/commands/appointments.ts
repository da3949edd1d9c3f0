import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsMoment, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { representativeNamed, sellerOf } from '../../opportunities/commands/seller.js';
import { Appointment, AppointmentCancelled, appointmentFor, AppointmentHeld, AppointmentMoved, appointmentOf, AppointmentScheduled, type Period } from '../domain/appointment.js';

abstract class AppointmentCommand extends SalesCommand {
  @IsId() appointmentId!: string;
}

@Command({ summary: 'Schedules a meeting of a representative with a customer.', allow: ['manager', 'sales', 'service'] })
export class ScheduleAppointment extends AppointmentCommand {
  @IsId() representativeId!: string;
  @IsId() customerId!: string;
  /** The contact person. */
  @IsOptional() @IsId() contactId?: string;
  @IsOptional() @IsId() opportunityId?: string;
  @IsMoment() startsAt!: string;
  @IsMoment() endsAt!: string;
  @IsOptional() @IsText(200) place?: string;
  @IsText(500) subject!: string;
}

export const scheduleAppointment = decide(Appointment, ScheduleAppointment, (command, state, _, { customer, representative }) => {
  const { startsAt, endsAt, ...said } = factsOf(command);
  if (state) throw wrongState('appointment-already-scheduled', `Appointment ${command.appointmentId} is scheduled already; send MoveAppointment, or take another id.`);
  refuseUnlessDealable(command, customer);
  sellerOf(command.representativeId, representative);
  return event(AppointmentScheduled, { ...said, period: periodOf(startsAt, endsAt) });
}, async (command: ScheduleAppointment, stateOf: StateReader) => ({ customer: await customerNamed(command, stateOf), representative: await representativeNamed(command, stateOf) }));

@Command({ summary: 'Moves an appointment to another time.', allow: ['manager', 'sales', 'service'] })
export class MoveAppointment extends AppointmentCommand {
  @IsMoment() startsAt!: string;
  @IsMoment() endsAt!: string;
}

export const moveAppointment = decide(Appointment, MoveAppointment, ({ appointmentId, startsAt, endsAt }, state) => {
  const { period: former, ...of } = appointmentOf(appointmentFor('MoveAppointment', state, appointmentId));
  const period = periodOf(startsAt, endsAt);
  return period.startsAt === former.startsAt && period.endsAt === former.endsAt ? [] : event(AppointmentMoved, { appointmentId, ...of, former, period });
});

@Command({ summary: 'Cancels an appointment.', allow: ['manager', 'sales', 'service'] })
export class CancelAppointment extends AppointmentCommand {
  @IsText(500) reason!: string;
}

export const cancelAppointment = decide(Appointment, CancelAppointment, (command, state) =>
  event(AppointmentCancelled, { ...factsOf(command), ...appointmentOf(appointmentFor('CancelAppointment', state, command.appointmentId)) }));

@Command({ summary: 'An appointment took place.', allow: ['manager', 'sales', 'service'] })
export class HoldAppointment extends AppointmentCommand {
  /** Where what was said is recorded. */
  @IsOptional() @IsId() interactionId?: string;
}

export const holdAppointment = decide(Appointment, HoldAppointment, (command, state) =>
  event(AppointmentHeld, { ...factsOf(command), ...appointmentOf(appointmentFor('HoldAppointment', state, command.appointmentId)) }));

function periodOf(from: string, to: string): Period {
  const [startsAt, endsAt] = [from, to].map((moment) => new Date(moment).toISOString()) as [string, string];
  if (endsAt <= startsAt) throw invalid('period-empty', 'Give an endsAt that is after startsAt.');
  return { startsAt, endsAt };
}
