/** Ways in which a customer and the firm meet. */
export const CHANNELS = ['phone', 'e-mail', 'sms', 'instant-message', 'web', 'letter', 'fax', 'visit', 'walk-in', 'field'] as const;
export type Channel = (typeof CHANNELS)[number];
