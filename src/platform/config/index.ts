export { type Config, ConfigError, readConfig, type RuntimeConfig, servesApi } from './config';
export { CONFIG, ConfigModule } from './config.module';
