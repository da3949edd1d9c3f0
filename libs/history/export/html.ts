import escapeHtml from 'escape-html';

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** HTML from a template: whatever is put in is escaped, unless it was made by a template too. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html {
  return new Html(strings.map((string, index) => (index === 0 ? string : textOf(values[index - 1]!) + string)).join(''));
}

function textOf(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escapeHtml(String(value));
}
