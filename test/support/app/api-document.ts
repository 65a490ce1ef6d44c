import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Reply } from './http';

export type Schema = Record<string, unknown> & {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  required?: string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
};
interface Content {
  content?: Record<
    string,
    { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }
  >;
}
type Described = Content & { headers?: Record<string, unknown> };
type Reference<T> = T & { $ref?: string };
export interface Operation {
  parameters?: Reference<{ name: string; in: string; schema: Schema; example?: unknown }>[];
  requestBody?: Content;
  responses: Record<string, Reference<Described>>;
  security?: unknown[];
}
export interface ApiDocument {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, { post: Operation }>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Content> };
}

export const apiDocument = JSON.parse(readFileSync(resolve('docs/api/openapi.json'), 'utf8')) as ApiDocument;

/** @param address path of a request, e.g. `/v1/channels/123?x=1`; null where the document has no such operation */
export function operationOf(method: string, address: string): Operation | null {
  const asked = (address.split('?')[0] ?? '').split('/');
  const fits = (path: string) => {
    const parts = path.split('/');
    return (
      parts.length === asked.length && parts.every((part, i) => part.startsWith('{') || part === asked[i])
    );
  };
  // Where two paths fit, the one with fewer variables is meant.
  const [path] = Object.keys(apiDocument.paths)
    .filter((candidate) => fits(candidate) && apiDocument.paths[candidate]?.[method.toLowerCase()])
    .sort((a, b) => a.split('{').length - b.split('{').length);
  return path === undefined ? null : (apiDocument.paths[path]?.[method.toLowerCase()] ?? null);
}

/** What is wrong with a real answer, by the document; empty: nothing. Internal addresses aren't in it. */
export function problemsOfAnswer(method: string, address: string, status: number, body: unknown): string[] {
  const operation = operationOf(method, address);
  if (!operation)
    return status < 400 && /^\/v1\//.test(address) ? [`${method} ${address} is not documented`] : [];
  return problemsOfOperation(operation, `${method} ${address} -> ${status}`, status, body);
}

/** The same where the operation is known. @param body undefined: there was none */
export function problemsOfOperation(
  operation: Operation,
  where: string,
  status: number,
  body: unknown,
): string[] {
  const found =
    operation.responses[String(status)] ?? (status === 500 ? operation.responses.default : undefined);
  if (!found) return [`${where} is not documented`];
  const response = found.$ref ? apiDocument.components.responses[found.$ref.split('/').at(-1)!]! : found;
  const [content] = Object.values(response.content ?? {});
  if (!content) return body === undefined ? [] : [`${where}: a body that is not documented`];
  return mismatches(content.schema, body, where);
}

/** What is wrong with a webhook's delivery. */
export function problemsOfDelivery(event: { type: string }): string[] {
  const { post } = apiDocument.webhooks[event.type] ?? {};
  const [content] = Object.values(post?.requestBody?.content ?? {});
  return content ? mismatches(content.schema, event, event.type) : [`${event.type} is not documented`];
}

/** A real answer that is not what the document says. */
export class Undocumented extends Error {}

/** @throws Undocumented that names what differs */
export function assertDocumented(
  method: string,
  address: string,
  { status, headers, text, body }: Reply,
): void {
  const problems = problemsOfAnswer(method, address, status, text === '' ? undefined : body);
  if (status === 201 && operationOf(method, address) && !headers.get('location'))
    problems.push(`${method} ${address}: no Location`);
  if (problems.length > 0) throw new Undocumented(`${problems.join('\n')}\n(npm run api:generate?)`);
}

/** Strict: a property that the schema doesn't name is a mismatch too. */
export function mismatches(
  schema: Schema,
  value: unknown,
  where: string,
  components = apiDocument.components.schemas,
): string[] {
  const check = (inner: Schema, part: unknown, place: string) => mismatches(inner, part, place, components);
  if (schema.$ref) return check(components[schema.$ref.split('/').at(-1)!]!, value, where);
  if (schema.anyOf) {
    return schema.anyOf.some((one) => check(one, value, where).length === 0)
      ? []
      : [`${where}: fits nothing of anyOf`];
  }
  if ('const' in schema) return schema.const === value ? [] : [`${where}: not ${String(schema.const)}`];
  if (schema.type && ![schema.type].flat().some((type) => hasType(value, type))) {
    return [`${where}: ${JSON.stringify(value)} is no ${String(schema.type)}`];
  }
  if (schema.enum && !schema.enum.includes(value))
    return [`${where}: ${String(value)} is none of ${schema.enum.join()}`];
  if (typeof value === 'string') return textMismatches(schema, value, where);
  if (typeof value === 'number') {
    const outside = value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity);
    return outside ? [`${where}: ${value} is out of range`] : [];
  }
  if (Array.isArray(value)) {
    const tooMany = value.length > (schema.maxItems ?? Infinity) ? [`${where}: too many`] : [];
    return [...tooMany, ...value.flatMap((item, i) => check(schema.items ?? {}, item, `${where}[${i}]`))];
  }
  if (value === null || typeof value !== 'object') return [];
  const lacking = (schema.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${where}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, part]) => {
    const inner = schema.properties?.[name] ?? schema.additionalProperties;
    if (inner) return check(inner, part, `${where}.${name}`);
    return schema.properties ? [`${where}.${name} is not documented`] : [];
  });
  return [...lacking, ...wrong];
}

function textMismatches(
  { format, pattern, minLength, maxLength }: Schema,
  text: string,
  where: string,
): string[] {
  const wrong =
    (format === 'date-time' && Number.isNaN(Date.parse(text))) ||
    (format === 'uuid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) ||
    (pattern !== undefined && !new RegExp(pattern).test(text)) ||
    text.length < (minLength ?? 0) ||
    [...text].length > (maxLength ?? Infinity);
  return wrong ? [`${where}: ${text} doesn't fit`] : [];
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
