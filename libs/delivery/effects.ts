import { dispatch, type Dispatch } from '#event-sourcing';
import { SendMail, SendWebhook } from './commands/send.js';

/** A mail, without its id: that is derived from the process. */
export type Mail = Omit<SendMail, 'messageId'>;
/** A web hook, without its id. */
export type Webhook = Omit<SendWebhook, 'messageId'>;

/** An effect of a process: a mail, sent once however often the process is looked at, and tried until it is taken. */
export const sendMail = (mail: Mail): Dispatch => dispatch(SendMail, mail as SendMail);

/** An effect of a process: the firm's web hook is called, signed, and again until it has answered. */
export const sendWebhook = (webhook: Webhook): Dispatch => dispatch(SendWebhook, webhook as SendWebhook);
