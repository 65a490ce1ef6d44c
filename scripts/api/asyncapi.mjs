/** docs/api/asyncapi.json, AsyncAPI 3.0: the event map of src/contracts/im.ts. */
import { exampleOf } from './examples.mjs';
import { commentOf, enumerateCodes, evaluate, problemType } from './program.mjs';
import { Schemas } from './schemas.mjs';

export function asyncapi({ program, checker }, version) {
  const source = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('/src/contracts/im.ts'));
  const exported = new Map(
    checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((s) => [s.name, s]),
  );
  const schemas = new Schemas(checker);
  const eventsOf = (name) => checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(exported.get(name)));
  const { eventPermissions } = evaluate('auth/permissions.ts');
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Lianmai IM and signals', version, description: about, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: {
      api: { host: 'localhost:8080', protocol: 'socket.io', description: 'The address of the API.' },
    },
    channels: { im: { address: '/', description: 'The default namespace.', messages: {} } },
    operations: {},
    components: { messages: {}, schemas: schemas.components },
  };
  const add = (symbol, action) =>
    addEvent({ document, checker, schemas, symbol, action, permission: eventPermissions[symbol.name] });
  schemas.of(problemType({ program, checker }));
  enumerateCodes(schemas.components);
  eventsOf('ClientToServerEvents').forEach((symbol) => add(symbol, 'receive'));
  eventsOf('ServerToClientEvents').forEach((symbol) => add(symbol, 'send'));
  return document;
}

const about = `Socket.IO, default namespace. The handshake carries \`auth: { token }\` with the user's token; a refused one gets a
\`connect_error\` with problem details as \`data\`. Every event of a client is acknowledged with \`{ ok: true, data }\` or
\`{ ok: false, error }\`. What is sent to somebody who isn't connected is gone: fetch the views after a reconnect, and the
messages of a room by \`room:history\`. Operations are the server's: it receives what clients send.`;

function addEvent({ document, checker, schemas, symbol, action, permission }) {
  const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const [payload, acknowledgement] = signature
    .getParameters()
    .map((parameter) => checker.getTypeOfSymbol(parameter));
  const id = symbol.name.replace(/[:-](\w)/g, (_, letter) => letter.toUpperCase());
  const who = permission && `For: ${permission.who.join(', ')}.`;
  message(document, id, symbol.name, schemas.of(payload), [commentOf(checker, symbol), who]);
  const operation = {
    action,
    channel: { $ref: '#/channels/im' },
    messages: [{ $ref: `#/channels/im/messages/${id}` }],
  };
  document.operations[id] = operation;
  if (!acknowledgement) return;
  const [answer] = acknowledgement.getCallSignatures()[0].getParameters();
  message(
    document,
    `${id}Ack`,
    `${symbol.name} (acknowledgement)`,
    schemas.of(checker.getTypeOfSymbol(answer)),
    [],
  );
  operation.reply = {
    channel: { $ref: '#/channels/im' },
    messages: [{ $ref: `#/channels/im/messages/${id}Ack` }],
  };
}

function message(document, id, name, payload, lines) {
  const summary = lines.filter(Boolean).join(' ');
  const { components, channels } = document;
  components.messages[id] = {
    name,
    ...(summary && { summary }),
    payload,
    examples: [{ payload: exampleOf(payload, components.schemas) }],
  };
  channels.im.messages[id] = { $ref: `#/components/messages/${id}` };
}
