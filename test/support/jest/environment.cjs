const { TestEnvironment } = require('jest-environment-node');

const METHODS = ['debug', 'info', 'log', 'warn', 'error'];
const FAILURES = ['test_fn_failure', 'hook_failure', 'error'];

class LianmaiEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    // node-av is an ES module that declares its own `__dirname`, which jest's transform to CommonJS can't take.
    // Environments run outside jest's module registry, so Node's own require(esm) loads it here, when a test first asks.
    this.global.requireOutsideJest = require;
    this.unsaid = [];
    if (!process.env.TEST_LOG_LEVEL) this.holdConsole();
  }

  /** What a file prints is shown when one of its tests fails, up to there. */
  holdConsole() {
    const console = this.global.console;
    for (const method of METHODS) {
      const say = console[method].bind(console);
      console[method] = (...args) => this.unsaid.push(() => say(...args));
    }
  }

  handleTestEvent({ name }) {
    if (FAILURES.includes(name)) for (const say of this.unsaid.splice(0)) say();
  }
}

module.exports = LianmaiEnvironment;
