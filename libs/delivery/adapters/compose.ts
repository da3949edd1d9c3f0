import { createTransport, type SendMailOptions } from 'nodemailer';
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

/** The mail as text, RFC 5322. */
export async function compose(options: SendMailOptions): Promise<Buffer> {
  const { message } = await createTransport({ streamTransport: true, buffer: true, newline: 'unix' }).sendMail(options);
  return message as Buffer;
}
