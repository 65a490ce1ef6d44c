/** Runs a TypeScript file of this repository in plain Node: `node test/support/process/ts-run.cjs <file>`. */
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename });
  module._compile(code, filename);
};
require(resolve(process.argv[2]));
