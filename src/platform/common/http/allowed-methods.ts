import type { Request } from 'express';

/** As far as we need it of Express' router. */
interface Router {
  stack: { route?: { methods: Record<string, boolean> }; match(path: string): boolean }[];
}

/** What the router's table has at the address of a request, e.g. `['GET', 'HEAD']`; empty: there is nothing. */
export function allowedMethods({ app, path }: Request): string[] {
  const { router } = app as unknown as { router: Router };
  const fitting = router.stack.flatMap((layer) => (layer.route && layer.match(path) ? [layer.route] : []));
  const methods = new Set(fitting.flatMap(({ methods }) => Object.keys(methods)).map((m) => m.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}
