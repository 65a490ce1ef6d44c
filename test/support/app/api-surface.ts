import { ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** Every route of the rooms that the router really has, as `GET /v1/channels/:id`. */
export function routesOf(app: NestExpressApplication): string[] {
  const { router } = app.getHttpAdapter().getInstance() as unknown as {
    router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
  };
  return router.stack
    .flatMap(({ route }) =>
      route ? Object.keys(route.methods).map((m) => `${m.toUpperCase()} ${route.path}`) : [],
    )
    .filter((route) => !/^GET \/?docs/.test(route));
}

/** Every event that a gateway of the app really handles. */
export function eventsOf(app: NestExpressApplication): string[] {
  const providers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.providers.values(),
  ]);
  const gateways = providers
    .map(({ metatype }) => metatype)
    .filter((type): type is NonNullable<typeof type> =>
      Boolean(type && Reflect.hasMetadata('websockets:is_gateway', type)),
    );
  return gateways.flatMap((gateway) => {
    const prototype = gateway.prototype as Record<string, object>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const method = prototype[name];
      const event: unknown =
        typeof method === 'function' ? Reflect.getMetadata('message', method) : undefined;
      return typeof event === 'string' ? [event] : [];
    });
  });
}
