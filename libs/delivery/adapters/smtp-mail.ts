import { createTransport, type Transporter } from 'nodemailer';
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
  private readonly transport: Transporter;

  constructor(private readonly options: SmtpMailOptions) {
    this.transport = createTransport({ url: options.url, pool: true, maxConnections: 3, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS } as object);
  }

  async deliver(delivery: Delivery): Promise<Delivered> {
    try {
      const { response } = (await this.transport.sendMail(mailOptions(delivery, delivery.content as MailContent, this.options.from))) as { response: string };
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
    this.transport.close();
  }
}
