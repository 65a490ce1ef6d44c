export { type Config, ConfigError, readConfig, type RuntimeConfig } from './config';
export { CONFIG, ConfigModule } from './config.module';
