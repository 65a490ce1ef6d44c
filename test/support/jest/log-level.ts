import { setLogLevel } from '../../../src/platform/common/telemetry/logger';

/** What the rooms log, errors that a test brings about among it, is shown where it is asked for. */
setLogLevel(process.env.TEST_LOG_LEVEL ?? 'silent');
