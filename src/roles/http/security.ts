import helmet from 'helmet';

type Handler = ReturnType<typeof helmet>;

/**
 * Security headers of pages and API.
 * @param publicUrl where browsers open the pages; headers that work over HTTPS only are left out for http
 */
export function securityHeaders(publicUrl: string): Handler {
  const secure = publicUrl.startsWith('https:');
  // Media nodes come and go at their own addresses: FLV, HLS, MAS signalling. A page on HTTPS can reach HTTPS only.
  const media = secure ? ['https:', 'wss:'] : ['http:', 'https:', 'ws:', 'wss:'];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'base-uri': ["'self'"],
        'connect-src': ["'self'", ...media],
        'font-src': ["'self'", 'data:'],
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        // Players feed MediaSource by blob addresses, and may work in a worker made of one.
        'media-src': ["'self'", 'blob:', ...media.filter((scheme) => scheme.startsWith('http'))],
        'object-src': ["'none'"],
        'script-src': ["'self'"],
        'script-src-attr': ["'none'"],
        // Swagger UI brings style elements.
        'style-src': ["'self'", "'unsafe-inline'"],
        'worker-src': ["'self'", 'blob:'],
      },
    },
    // Browsers complain about these on plain HTTP.
    crossOriginOpenerPolicy: secure,
    originAgentCluster: secure,
    strictTransportSecurity: secure,
    // Any origin may call the API (see CORS).
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    referrerPolicy: { policy: 'same-origin' },
  });
}
