import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/**
 * Headers that tell browsers to do nothing with an answer that they need not: helmet's, asked for once, since they are
 * the same in every answer and making them each time would cost a third of the requests. A page sets its own policy.
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  const set = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
    xFrameOptions: { action: 'deny' },
    // Of browsers and plugins that are gone, or of no meaning for what is no page.
    xDnsPrefetchControl: false, xDownloadOptions: false, xPermittedCrossDomainPolicies: false, xXssProtection: false, originAgentCluster: false,
  });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  set(request, response, (error) => {
    if (error !== undefined) throw new Error('The security headers cannot be made.', { cause: error });
  });
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}
