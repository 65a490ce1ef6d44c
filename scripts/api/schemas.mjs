/** JSON Schema (2020-12, as OpenAPI 3.1 and AsyncAPI 3.0 take it) of TypeScript types and class-validator DTOs. */
import ts from 'typescript';
import { commentOf, decoratorsOf, literalOf } from './program.mjs';

const { TypeFlags } = ts;

export class Schemas {
  /** name -> schema, for `components.schemas` */
  components = {};
  #checker;
  #prefix;
  #names = new Map();

  /** @param prefix of references to components */
  constructor(checker, prefix = '#/components/schemas/') {
    this.#checker = checker;
    this.#prefix = prefix;
  }

  of(type) {
    const { flags } = type;
    if (flags & TypeFlags.String) return { type: 'string' };
    if (flags & TypeFlags.Number) return { type: 'number' };
    if (flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & TypeFlags.BooleanLiteral) return { const: type.intrinsicName === 'true' };
    if (flags & (TypeFlags.Null | TypeFlags.Void | TypeFlags.Undefined)) return { type: 'null' };
    if (flags & (TypeFlags.Unknown | TypeFlags.Any)) return {};
    const name = this.#nameOf(type);
    if (name) return this.#component(name, type);
    return this.#inline(type);
  }

  #inline(type) {
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.isUnion()) return this.#union(type);
    if (this.#checker.isArrayType(type)) {
      return { type: 'array', items: this.of(this.#checker.getTypeArguments(type)[0]) };
    }
    return this.#object(type);
  }

  /** A component for each named type. The first one of a name keeps it, so call it for answers before requests. */
  #component(name, type) {
    if (!this.#names.has(type)) {
      const unique = name in this.components ? `${name}Input` : name;
      this.#names.set(type, unique);
      // Added before it is filled: types may contain themselves.
      this.components[unique] = {};
      const description = commentOf(this.#checker, type.aliasSymbol ?? type.symbol);
      Object.assign(this.components[unique], description && { description }, this.#inline(type));
    }
    return { $ref: `${this.#prefix}${this.#names.get(type)}` };
  }

  /** Name of a type that our sources declare; `ListView<ChannelView>` is `ChannelViewList`. */
  #nameOf(type) {
    const symbol =
      type.aliasSymbol ?? (type.isClassOrInterface() || isReference(type) ? type.symbol : undefined);
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? '';
    if (!symbol || file.includes('/node_modules/')) return undefined;
    const parameters =
      type.aliasTypeArguments ?? (isReference(type) ? this.#checker.getTypeArguments(type) : []);
    const own = symbol.name.replace(/Dto$/, '');
    const inner = parameters.map((parameter) => this.#argumentName(parameter)).join('');
    return inner ? inner + own.replace(/^ListView$/, 'List') : own;
  }

  #argumentName(type) {
    if (type.flags & TypeFlags.Null) return 'Null';
    if (!this.#checker.isArrayType(type)) return this.#nameOf(type) ?? 'Value';
    return `${this.#argumentName(this.#checker.getTypeArguments(type)[0])}s`;
  }

  #union(type) {
    const members = type.types.filter((member) => !(member.flags & TypeFlags.Undefined));
    const rest = members.filter((member) => !(member.flags & TypeFlags.Null));
    if (rest.length < members.length) return nullable(this.of(this.#checker.getNonNullableType(type)));
    if (rest.length < type.types.length) return this.of(this.#checker.getNonNullableType(type));
    if (rest.every((member) => member.isStringLiteral())) {
      return { type: 'string', enum: rest.map((member) => member.value) };
    }
    return { anyOf: rest.map((member) => this.of(member)) };
  }

  #object(type) {
    const values = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (values) return { type: 'object', additionalProperties: this.of(values) };
    const properties = this.#checker.getPropertiesOfType(type);
    const required = properties.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional));
    return {
      type: 'object',
      properties: Object.fromEntries(properties.map((property) => [property.name, this.property(property)])),
      ...(required.length > 0 && { required: required.map(({ name }) => name) }),
    };
  }

  property(symbol) {
    const schema = this.of(this.#checker.getTypeOfSymbol(symbol));
    const description = commentOf(this.#checker, symbol);
    const declaration = symbol.valueDeclaration;
    const checks =
      declaration && ts.isPropertyDeclaration(declaration) ? this.#checks(declaration, schema) : {};
    if (symbol.name.endsWith('At') && includesString(schema)) schema.format = 'date-time';
    return { ...schema, ...checks, ...(description && { description }) };
  }

  /** What class-validator's decorators demand, as far as JSON Schema can express it. */
  #checks(declaration, schema) {
    const checks = {};
    for (const [name, nodes] of decoratorsOf(declaration)) {
      const [first, second] = nodes.map((node) => literalOf(this.#checker, node));
      if (name === 'IsInt') checks.type = 'integer';
      else if (name === 'Min') checks.minimum = first;
      else if (name === 'Max') checks.maximum = first;
      else if (name === 'Length' || name === 'IsPlainText') {
        Object.assign(checks, { minLength: first, maxLength: second });
      } else if (name === 'Matches') checks.pattern = this.#pattern(nodes[0]);
      else if (name === 'ArrayMinSize') checks.minItems = first;
      else if (name === 'ArrayMaxSize') checks.maxItems = first;
      else if (name === 'ArrayUnique') checks.uniqueItems = nodes.length === 0 ? true : undefined;
      else if (name === 'IsDivisibleBy') checks.multipleOf = first;
      else if (name === 'IsId') {
        if (schema.items) checks.items = { ...schema.items, format: 'uuid' };
        else checks.format = 'uuid';
      }
    }
    return Object.fromEntries(Object.entries(checks).filter(([, value]) => value !== undefined));
  }

  /** Source of a regular expression, or of a constant that is one; without those with flags, which JSON Schema lacks. */
  #pattern(node) {
    if (ts.isIdentifier(node)) {
      let symbol = this.#checker.getSymbolAtLocation(node);
      if (symbol.flags & ts.SymbolFlags.Alias) symbol = this.#checker.getAliasedSymbol(symbol);
      return this.#pattern(symbol.valueDeclaration.initializer);
    }
    return /^\/(.*)\/$/.exec(node.getText())?.[1];
  }
}

function isReference(type) {
  return Boolean(type.objectFlags & ts.ObjectFlags.Reference) && !type.isTuple?.();
}

function nullable(schema) {
  if (typeof schema.type === 'string' && !schema.enum) return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

function includesString({ type, enum: values }) {
  return !values && [type].flat().includes('string');
}
