import type { Change } from '#event-sourcing';

/** Such as `name: "Li" → "Li Wei"`. */
export function changeAsText({ path, before, after }: Change): string {
  const name = path === '' ? 'state' : path;
  if (before === undefined) return `${name}: ${JSON.stringify(after)}`;
  return `${name}: ${JSON.stringify(before)} → ${after === undefined ? '(none)' : JSON.stringify(after)}`;
}
