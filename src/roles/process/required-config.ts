import { randomBytes } from 'node:crypto';
import { type Config, ConfigError, type RuntimeConfig } from '../../platform/config/config';

/**
 * The RuntimeConfig of a role that runs on its own: what ROLE=all generates itself must be given.
 * @throws ConfigError that names what is missing
 */
export function requireGiven(
  config: Config,
  needed: ('DATABASE_URL' | 'AUTH_SECRET' | 'API_KEY')[],
): RuntimeConfig {
  for (const variable of needed) {
    if (!config[variable]) throw new ConfigError(variable, `needed with ROLE=${config.ROLE}`);
  }
  // Only a role that serves the API compares keys; elsewhere a random key will do.
  const { DATABASE_URL = '', AUTH_SECRET = '', API_KEY = randomBytes(32).toString('base64url') } = config;
  return Object.freeze({ ...config, DATABASE_URL, AUTH_SECRET, API_KEY });
}
