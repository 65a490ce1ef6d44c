/** The sources as TypeScript's compiler sees them, for the API documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';

export const root = join(import.meta.dirname, '../..');
const src = join(root, 'src');

/** Rooms come in the order of their names, whatever folders are inside. */
function roomAndName(file) {
  return `${file.replace(/^platform\//, '').split('/')[0]}/${basename(file)}`;
}

/** Program and checker over every controller and the contracts. */
export function loadProgram() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const controllers = readdirSync(src, { recursive: true })
    .filter((file) => file.endsWith('.controller.ts'))
    .sort((a, b) => (roomAndName(a) < roomAndName(b) ? -1 : 1))
    .map((file) => join(src, file));
  const program = ts.createProgram([...controllers, join(src, 'contracts/index.ts')], options);
  const sources = controllers.map((file) => program.getSourceFile(file));
  return { program, checker: program.getTypeChecker(), controllers: sources };
}

/** Values that a module of src exports. @param path below src */
export function evaluate(path) {
  const text = readFileSync(join(src, path), 'utf8');
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  const packages = createRequire(import.meta.url);
  const load = (name) =>
    name.startsWith('.') ? evaluate(`${join(dirname(path), name)}.ts`) : packages(name);
  new Function('exports', 'require', outputText)(exported, load);
  return exported;
}

export function problemType({ program, checker }) {
  const source = program
    .getSourceFiles()
    .find(({ fileName }) => fileName.endsWith('/src/contracts/errors.ts'));
  const [symbol] = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  return checker.getDeclaredTypeOfSymbol(symbol);
}

/** The codes of problem details, which the contract can't name: they are those of the catalogue. */
export function enumerateCodes(components) {
  const { code } = components.ProblemDetails.properties;
  code.enum = Object.keys(evaluate('platform/common/errors.ts').errorCatalogue);
}

/** Decorators of a class, method, property or parameter: name -> argument nodes. */
export function decoratorsOf(node) {
  const calls = (ts.getDecorators(node) ?? []).map(({ expression }) => expression);
  return new Map(
    calls
      .filter((call) => ts.isCallExpression(call))
      .map((call) => [call.expression.getText(), [...call.arguments]]),
  );
}

/** Value of a literal, or of a constant that is one; undefined for anything else. */
export function literalOf(checker, node) {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  const type = checker.getTypeAtLocation(node);
  return type.isLiteral() ? type.value : undefined;
}

/** The comment above a declaration, one paragraph a line. */
export function commentOf(checker, symbol) {
  const text = ts.displayPartsToString(symbol?.getDocumentationComment(checker) ?? []);
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .join('\n')
    .trim();
}
