/** Stands in for node-av in tests; see environment.cjs. */
module.exports = globalThis.requireOutsideJest('node-av');
