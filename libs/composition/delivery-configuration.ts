import { join, resolve } from 'node:path';
import { type DeliveryPlaces } from '#delivery';

interface Variables {
  GUANXI_DATA: string;
  GUANXI_EVENT_STORE: string;
  GUANXI_SMTP_URL?: string;
  GUANXI_MAIL_FROM: string;
  GUANXI_WEBHOOK_URL?: string;
  GUANXI_WEBHOOK_SECRET?: string;
}

export const SMTP_FORM = /^smtps?:\/\/(\S+@)?[A-Za-z0-9.:[\]-]+(\/\S*)?(\?\S*)?$/;
/** An address, or a name and an address: `Guanxi <office@firm.example>`. */
export const MAILBOX_FORM = /^([^<>\r\n"]{1,100} <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/;
/** As Standard Webhooks has it: 24 to 64 bytes in base64. */
export const SECRET_FORM = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** What is not sent is written to `outbox` in the data folder, or kept in memory where the log is. */
export function deliveryOf({ GUANXI_DATA: data, GUANXI_EVENT_STORE: events, GUANXI_SMTP_URL: smtp, GUANXI_MAIL_FROM: from, GUANXI_WEBHOOK_URL: url, GUANXI_WEBHOOK_SECRET: secret }: Variables): DeliveryPlaces {
  return { from, ...(events !== 'memory' && { folder: resolve(join(data, 'outbox')) }), ...(smtp !== undefined && { smtp }), ...(url !== undefined && secret !== undefined && { webhook: { url, secret } }) };
}

/** What contradicts itself, a line each. */
export function deliveryProblems({ GUANXI_SMTP_URL: smtp, GUANXI_MAIL_FROM: from, GUANXI_WEBHOOK_URL: url, GUANXI_WEBHOOK_SECRET: secret }: Variables): string[] {
  return [
    ...(smtp !== undefined && from.endsWith('@localhost>') ? ['GUANXI_MAIL_FROM must be given, too: the sender of mails, such as Guanxi <office@firm.example>.'] : []),
    ...(url !== undefined && secret === undefined ? ['GUANXI_WEBHOOK_SECRET is missing: what web hooks are signed with, whsec_ and the base64 of 24 to 64 random bytes.'] : []),
    ...(url === undefined && secret !== undefined ? ['GUANXI_WEBHOOK_URL is missing: the address that GUANXI_WEBHOOK_SECRET is for.'] : []),
  ];
}
