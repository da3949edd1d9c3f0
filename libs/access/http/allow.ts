import { RouteConfig } from '@nestjs/platform-fastify';
import { type Area } from '../domain/role.js';

/**
 * Who may use a route: the public; whoever is known; whoever the engine allows the command or the view that the route
 * asks it for; or who holds a role with an area.
 */
export type RouteRule = 'public' | 'known' | 'engine' | Area;

declare module 'fastify' {
  interface FastifyContextConfig {
    allow?: RouteRule;
  }
}

/** Says who may use a route. A route that says nothing is refused to everybody. */
export const Allow = (allow: RouteRule): MethodDecorator => RouteConfig({ allow });
