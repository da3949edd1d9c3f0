/** Where an event stands in the tree of causation of a history. */
export interface Links {
  /** The event in this history that caused it. */
  cause?: string;
  /** The events in this history that it caused. */
  effects: string[];
  /** Steps from the first cause in this history. */
  depth: number;
}

interface Caused {
  id: string;
  commandId: string;
  causationId?: string;
}

/** The tree of causation: which event made the command be sent that made another one. In the order of recording. */
export function linksAmong(entries: readonly Caused[]): Map<string, Links> {
  const links = new Map<string, Links>();
  const ofCommand = new Map<string, string>();
  for (const { id, commandId, causationId } of entries) {
    const cause = causationId === undefined || causationId === commandId ? undefined : links.has(causationId) ? causationId : ofCommand.get(causationId);
    const depth = cause === undefined ? 0 : links.get(cause)!.depth + 1;
    links.set(id, { ...(cause !== undefined && { cause }), effects: [], depth });
    if (cause !== undefined) links.get(cause)!.effects.push(id);
    if (!ofCommand.has(commandId)) ofCommand.set(commandId, id);
  }
  return links;
}
