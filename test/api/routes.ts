import { type Started } from './support.js';

/** Every route of the application, such as `GET /views/:view`, as Fastify prints them: as a tree. */
export function routesOf({ app }: Pick<Started, 'app'>): string[] {
  const tree = (app.getHttpAdapter().getInstance() as { printRoutes(options: object): string }).printRoutes({ commonPrefix: false });
  const parts: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (part === undefined) return [];
    parts.splice(indent!.length / 4, Infinity, part);
    return (methods ?? '').split(', ').filter((method) => method !== '' && method !== 'HEAD').map((method) => `${method} ${parts.join('')}`);
  });
}
