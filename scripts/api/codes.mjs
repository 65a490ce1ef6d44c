/** sdk/src/codes.ts: what the contracts say in types only, and the catalogue of errors, for apps at run time. */
import { basename } from 'node:path';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { evaluate } from './program.mjs';

/** Unions of codes: all of reasons.ts, and those of other contracts that are called so. */
const CALLED = /(Reason|Trouble|Cause|Failure|Code|WebhookEventType)$/;

/** @param file where the text will be, by which it is formatted */
export async function codes(program, file) {
  const { errorCatalogue } = evaluate('platform/common/errors.ts');
  const unions = unionsIn(program);
  const text = `
/** Every code that may be told, to translate or to branch on. Made by \`npm run api:generate\`. */
import type { ${unions.map(({ name }) => name).join(', ')} } from './contracts';

/** Of problem details, the error catalogue of the server. */
export const errorCodes = ${JSON.stringify(Object.keys(errorCatalogue))} as const;
/** One of errorCodes. */
export type ErrorCode = (typeof errorCodes)[number];
${unions.map(arrayOf).join('\n')}`;
  return format(text, { ...(await resolveConfig(file)), parser: 'typescript' });
}

function arrayOf({ name, values }) {
  const plural = `${name[0].toLowerCase()}${name.slice(1)}s`;
  return `\n/** Every ${name}. */\nexport const ${plural}: readonly ${name}[] = ${JSON.stringify(values)};`;
}

/** Exported types of the contracts that are unions of texts, in order of their names. */
function unionsIn({ program, checker }) {
  const contracts = program.getSourceFiles().filter(({ fileName }) => fileName.includes('/src/contracts/'));
  const found = contracts.flatMap((source) => {
    const isOfReasons = basename(source.fileName) === 'reasons.ts';
    return source.statements
      .filter(ts.isTypeAliasDeclaration)
      .filter(({ name }) => isOfReasons || CALLED.test(name.text))
      .map(({ name }) => ({ name: name.text, values: valuesOf(checker.getTypeAtLocation(name)) }));
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function valuesOf(type) {
  return (type.isUnion() ? type.types : [type]).map((member) => {
    if (!member.isStringLiteral()) throw new Error('a reason is no text');
    return member.value;
  });
}
