const { TestEnvironment } = require('jest-environment-node');

const METHODS = ['debug', 'info', 'log', 'warn', 'error'];
const FAILURES = ['test_fn_failure', 'hook_failure', 'error'];
/** pg: two statements on one connection at a time, which belong one after the other. An error in pg 9. */
const FATAL_WARNING = /client is already executing a query/;

class LianmaiEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    // node-av is an ES module that declares its own `__dirname`, which jest's transform to CommonJS can't take.
    // Environments run outside jest's module registry, so Node's own require(esm) loads it here, when a test first asks.
    this.global.requireOutsideJest = require;
    this.unsaid = [];
    if (!process.env.TEST_LOG_LEVEL) this.holdConsole();
    this.faults = [];
    this.onWarning = (warning) => FATAL_WARNING.test(warning.message) && this.faults.push(warning);
    process.traceDeprecation = true;
    process.on('warning', this.onWarning);
  }

  async teardown() {
    process.off('warning', this.onWarning);
    await super.teardown();
  }

  /** What a file prints is shown when one of its tests fails, up to there. */
  holdConsole() {
    const console = this.global.console;
    for (const method of METHODS) {
      const say = console[method].bind(console);
      console[method] = (...args) => this.unsaid.push(() => say(...args));
    }
  }

  handleTestEvent({ name, test }) {
    // A warning that is a fault fails the test in which it came.
    if (name === 'test_done') test.errors.push(...this.faults.splice(0));
    if (FAILURES.includes(name)) for (const say of this.unsaid.splice(0)) say();
  }
}

module.exports = LianmaiEnvironment;
