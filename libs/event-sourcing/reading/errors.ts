export class UnknownView extends Error {
  override readonly name = 'UnknownView';
  constructor(name: string, known: readonly string[]) {
    super(`There is no view ${name}. Views: ${known.toSorted().join(', ')}.`);
  }
}

export class NotLive extends Error {
  override readonly name = 'NotLive';
  constructor(view: string) {
    super(`${view} is not being fed at the moment (paused, failed or catching up): its status tells why. Resume it or wait, then retry.`);
  }
}

export class BuildUnderWay extends Error {
  override readonly name = 'BuildUnderWay';
  constructor(view: string) {
    super(`${view} is being rebuilt already; its status tells how far.`);
  }
}
