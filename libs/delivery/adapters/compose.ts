import type { SendMailOptions } from 'nodemailer';
import type { MessageContent } from '../domain/message.js';
import type { Delivery } from '../outbox/courier.js';

export type MailContent = MessageContent & { kind: 'mail' };

/**
 * A mail as nodemailer takes it. Its `Message-ID` is made of the message's id, so that a mail that is sent twice is
 * recognised as the same by those who receive it; the same stands in `X-Idempotency-Key`.
 */
export function mailOptions({ messageId, now }: Delivery, { to, subject, text, html }: MailContent, from: string): SendMailOptions {
  const domain = /@([^>@\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    from, to: to ? [...to] : from, subject, text, ...(html !== undefined && { html }), date: now,
    messageId: `<${messageId}@${domain}>`, headers: { 'X-Idempotency-Key': messageId, 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true, disableUrlAccess: true,
  };
}

/** A message as it is sent: a mail of RFC 5322, or the JSON of a web hook. */
export async function textOf(delivery: Delivery, from: string): Promise<string> {
  const { content, now } = delivery;
  if (content.kind === 'webhook') return webhookBody(content, now);
  return (await compose(mailOptions(delivery, content, from))).toString();
}

/** The body of a web hook, as Standard Webhooks has it: what happened, when it is told, and what is to be said of it. */
export const webhookBody = ({ type, payload }: MessageContent & { kind: 'webhook' }, now: Date): string => JSON.stringify({ type, timestamp: now.toISOString(), data: payload });

async function compose(options: SendMailOptions): Promise<Buffer> {
  const { createTransport } = await import('nodemailer');
  const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'unix' }).sendMail(options);
  return message as Buffer;
}
