/** Variables that are wrong, each with the reason in a line of its own. */
export class InvalidConfiguration extends Error {
  override readonly name = 'InvalidConfiguration';
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
