/**
 * docs/api/mas.schema.json, JSON Schema 2020-12: the messages of src/contracts/mas.ts between a MAS and its clients, with
 * the limits of the server's own validation. Those of a mixer are left out: both ends are ours.
 */
import { createRequire } from 'node:module';
import ts from 'typescript';
import { evaluate } from './program.mjs';
import { Schemas } from './schemas.mjs';

const { toJSONSchema } = createRequire(import.meta.url)('zod');
const DIRECTIONS = { client: 'MasClientMessage', server: 'MasServerMessage' };
const LIMITS = ['minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems'];

export function masSchema({ program, checker }) {
  const source = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('/src/contracts/mas.ts'));
  const schemas = new Schemas(checker, '#/$defs/');
  const { components } = schemas;
  const { clientMessage } = evaluate('media/mas/signalling/messages.ts');
  const limits = new Map(toJSONSchema(clientMessage).oneOf.map((each) => [each.properties.type.const, each]));
  for (const [direction, name] of Object.entries(DIRECTIONS)) {
    const names = messagesOf(source, name).map(({ node, description }) => {
      const schema = schemas.of(checker.getTypeFromTypeNode(node));
      const { const: type } = schema.properties.type;
      if (direction === 'client') limit(schema, limits.get(type), components);
      components[`${direction}.${type}`] = { ...(description && { description }), ...schema };
      return `${direction}.${type}`;
    });
    components[name] = { anyOf: names.map((each) => ({ $ref: `#/$defs/${each}` })) };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'mas.schema.json',
    title: 'MAS signalling',
    description:
      'Text messages of the WebSocket at `mas.url`; see docs/mas-protocol.md. A receiver ignores properties that it doesn’t know.',
    anyOf: Object.values(DIRECTIONS).map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Members of a union type in the order of the source, each with the comment before its bar. */
function messagesOf(source, name) {
  const alias = source.statements.find((each) => ts.isTypeAliasDeclaration(each) && each.name.text === name);
  const [list] = alias.type.getChildren(source);
  let description = '';
  const found = [];
  for (const child of list.getChildren(source)) {
    if (child.kind === ts.SyntaxKind.BarToken) description = commentBefore(child, source);
    else found.push({ node: child, description });
  }
  return found;
}

function commentBefore(node, source) {
  const [comment] = ts.getLeadingCommentRanges(source.text, node.pos) ?? [];
  if (!comment) return '';
  const text = source.text.slice(comment.pos, comment.end);
  const inner = text.replace(/^\/\*\*|\*\/$/g, '').replace(/^\s*\*/gm, '');
  return inner.replace(/\s+/g, ' ').trim();
}

/** Puts the limits of one schema into another of the same message. */
function limit(schema, limits, components) {
  if (schema.$ref) return limit(components[schema.$ref.split('/').at(-1)], limits, components);
  const own = limits.anyOf?.find(({ type }) => type !== 'null') ?? limits;
  for (const name of LIMITS) if (name in own) schema[name] = own[name];
  if (own.type === 'integer') schema.type = 'integer';
  if (schema.items) limit(schema.items, own.items, components);
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    if (!own.properties[name]) throw new Error(`${name} is not validated by the server`);
    limit(inner, own.properties[name], components);
  }
}
