import type { Transporter } from 'nodemailer';
import { Undeliverable, type Courier, type Delivered, type Delivery } from '../outbox/courier.js';
import { mailOptions, textOf, type MailContent } from './compose.js';

const TIMEOUT_MS = 15_000;
/** SMTP replies from here on say that the same will fail again (RFC 5321, 4.2.1). */
const PERMANENT = 500;
/** Replies of this kind are about the mail or its addresses; others, such as a wrong password, can be put right here. */
const ABOUT_THE_MAIL = ['EENVELOPE', 'EMESSAGE'];

export interface SmtpMailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  url: string;
  /** The sender, `Guanxi <office@firm.example>`. */
  from: string;
}

/** Hands mail to a mail server. */
export class SmtpMail implements Courier {
  private opened: Promise<Transporter> | undefined;

  constructor(private readonly options: SmtpMailOptions) {}

  async deliver(delivery: Delivery): Promise<Delivered> {
    try {
      const transport = await this.transport();
      const { response } = (await transport.sendMail(mailOptions(delivery, delivery.content as MailContent, this.options.from))) as { response: string };
      return { via: 'smtp', answer: response };
    } catch (error) {
      const { code, responseCode = 0, message } = error as { code?: string; responseCode?: number; message: string };
      if (responseCode >= PERMANENT && ABOUT_THE_MAIL.includes(code ?? '')) throw new Undeliverable(message, { cause: error });
      throw error;
    }
  }

  text(delivery: Delivery): Promise<string> {
    return textOf(delivery, this.options.from);
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
  }

  private transport(): Promise<Transporter> {
    return (this.opened ??= transportTo(this.options.url));
  }
}

/** Its package is loaded with the first mail: most processes send none. */
async function transportTo(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({ url, pool: true, maxConnections: 3, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS } as object);
}
