/** The REST routes, read from the controllers: decorators, types of parameters and answers, comments. */
import ts from 'typescript';
import { commentOf, decoratorsOf, literalOf } from './program.mjs';

/** Decorators of @nestjs/swagger for a route that may answer with another status, too. */
const ALSO = {
  ApiOkResponse: 200,
  ApiCreatedResponse: 201,
  ApiAcceptedResponse: 202,
  ApiServiceUnavailableResponse: 503,
};
const METHODS = { Get: 'get', Post: 'post', Put: 'put', Patch: 'patch', Delete: 'delete' };

/**
 * @returns routes in the order of the sources: `{ method, path, tag, summary, description, access, status, params,
 *   query, body, answer, also, takesImage, consumes, produces, operationId }`; `query`, `body`, `answer` are types, `also` are
 *   further statuses of the same answer, 204 where there may be none
 */
export function readRoutes({ checker, controllers }) {
  return controllers.flatMap((source) =>
    source.statements.filter(ts.isClassDeclaration).flatMap((declaration) => routesOf(checker, declaration)),
  );
}

function routesOf(checker, declaration) {
  const decorators = decoratorsOf(declaration);
  if (!decorators.has('Controller') || decorators.has('ApiExcludeController')) return [];
  const prefix = literalOf(checker, decorators.get('Controller')[0]) ?? '';
  const room = declaration.name.text.replace(/Controller$/, '');
  return declaration.members.filter(ts.isMethodDeclaration).flatMap((method) => {
    const own = decoratorsOf(method);
    const verb = Object.keys(METHODS).find((name) => own.has(name));
    if (!verb || own.has('ApiExcludeEndpoint')) return [];
    const text = (name) => literalOf(checker, (own.get(name) ?? decorators.get(name))?.[0]);
    const [summary, ...more] = commentOf(checker, checker.getSymbolAtLocation(method.name)).split('\n');
    const path = `/${[prefix, literalOf(checker, own.get(verb)[0])].filter(Boolean).join('/')}`;
    return {
      method: METHODS[verb],
      path,
      tag: text('ApiTags') ?? room.toLowerCase(),
      operationId: `${room[0].toLowerCase()}${room.slice(1)}.${method.name.text}`,
      summary: summary || method.name.text,
      description: more.join('\n\n'),
      access: accessOf(own, decorators),
      status: statusOf(checker, own, verb),
      createdAt: own.has('CreatedAt'),
      takesImage: own.has('TakesImage'),
      consumes: text('ApiConsumes'),
      produces: text('ApiProduces'),
      ...parametersOf(checker, method),
      ...answersOf(checker, method, own),
    };
  });
}

function accessOf(own, decorators) {
  const guards = (own.get('UseGuards') ?? []).map((node) => node.getText());
  if (guards.includes('ApiKeyGuard')) return 'api-key';
  if (guards.includes('MetricsGuard')) return 'token';
  return own.has('Public') || decorators.has('Public') ? 'public' : 'token';
}

function statusOf(checker, own, verb) {
  return literalOf(checker, own.get('HttpCode')?.[0]) ?? (verb === 'Post' ? 201 : 200);
}

function parametersOf(checker, method) {
  const found = { params: [] };
  for (const parameter of method.parameters) {
    const decorators = decoratorsOf(parameter);
    const type = checker.getTypeAtLocation(parameter);
    if (decorators.has('Param')) found.params.push(literalOf(checker, decorators.get('Param')[0]));
    if (decorators.has('Body')) found.body = type;
    if (decorators.has('Query')) found.query = type;
  }
  return found;
}

/** What the method's promise resolves to. */
function answersOf(checker, method, own) {
  const type = checker.getReturnTypeOfSignature(checker.getSignatureFromDeclaration(method));
  const answer = checker.getAwaitedType(type) ?? type;
  const mayBeNothing = answer.isUnion() && answer.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
  const others = Object.keys(ALSO).filter((name) => own.has(name));
  return { answer, also: [...others.map((name) => ALSO[name]), ...(mayBeNothing ? [204] : [])] };
}
