const { TestEnvironment } = require('jest-environment-node');

/**
 * node-av is an ES module that declares its own `__dirname`, which jest's transform to CommonJS can't take. Environments run
 * outside jest's module registry, so Node's own require(esm) loads it here, when a test first asks.
 */
class NativeModulesEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.requireOutsideJest = require;
  }
}

module.exports = NativeModulesEnvironment;
