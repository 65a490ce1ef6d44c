import { DataSource } from 'typeorm';
import { ConfigError, readConfig } from './src/platform/config';
import { dataSourceOptions } from './src/platform/database';

const { DATABASE_URL } = readConfig(process.env);
if (!DATABASE_URL)
  throw new ConfigError('DATABASE_URL', 'TypeORM’s own command line needs the address of a server');

/** The one DataSource, for TypeORM's command line: `node node_modules/typeorm/cli.js -d dist/ormconfig.js …`. */
export default new DataSource(dataSourceOptions(DATABASE_URL));
