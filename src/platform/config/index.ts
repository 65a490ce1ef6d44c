export {
  type Config,
  ConfigError,
  CONTROL_SECRETS,
  readConfig,
  type RuntimeConfig,
  servesApi,
} from './config';
export { CONFIG, ConfigModule } from './config.module';
