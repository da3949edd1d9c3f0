/** The log is not what it was when the tree or a head was made of it. Nothing is signed until it is looked into. */
export class HistoryChanged extends Error {
  override readonly name = 'HistoryChanged';
  constructor(found: string) {
    super(`${found} guanxi audit verify finds the first bad position.`);
  }
}
