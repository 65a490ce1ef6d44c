import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isUUID, IsUUID } from 'class-validator';

/** Path parameters that aren't ids of ours: others chose them, and their case matters. */
const FREE_TEXT: ReadonlySet<string> = new Set(['userId', 'nodeId']);

/**
 * A UUID may come in any case and has one spelling inside, in lower case (RFC 9562 §4): what keys rooms, hashes and grants
 * by it must not see two. Anything else is returned as it is.
 */
export function canonicalId<T>(value: T): T | string {
  return isUUID(value) ? (value as string).toLowerCase() : value;
}

/** What a path parameter is handed on as. @param name as in the route, e.g. `id` of `/v1/channels/:id` */
export function pathParameter(name: string | undefined, value: unknown): unknown {
  return name !== undefined && FREE_TEXT.has(name) ? value : canonicalId(value);
}

/** The property is an id of ours, or with `each` a list of them; the one decorator for that (see canonicalId). */
export function IsId({ each = false }: { each?: boolean } = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value) ? value.map((one: unknown) => canonicalId(one)) : canonicalId(value),
    ),
    IsUUID(undefined, { each }),
  );
}
