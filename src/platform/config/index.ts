export { type Config, ConfigError, readConfig, type RuntimeConfig, servesApi } from './config';
export { type LimitName, type Limits, LIMITS, limitVariable } from './limits';
export { CONFIG, ConfigModule } from './config.module';
