export {
  type Config,
  ConfigError,
  CONTROL_SECRETS,
  readConfig,
  type RuntimeConfig,
  servesApi,
} from './config';
export { type LimitName, type Limits, LIMITS, limitVariable } from './limits';
export { KEPT, type KeptName, type Retention, retentionVariable } from './retention';
export { CONFIG, ConfigModule } from './config.module';
