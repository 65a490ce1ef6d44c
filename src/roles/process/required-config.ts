import { randomBytes } from 'node:crypto';
import { type Config, ConfigError, CONTROL_SECRETS, type RuntimeConfig } from '../../platform/config/config';

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

/** @throws ConfigError */
export function requireNodeKey({ ROLE, NODE_KEY }: Config): string {
  if (!NODE_KEY)
    throw new ConfigError('NODE_KEY', `needed with ROLE=${ROLE}; \`npm run node-key\` prints it`);
  return NODE_KEY;
}

/** A media node parses what strangers send. @throws ConfigError where its environment has what opens control */
export function requireNoSecrets(config: Config): void {
  const given = CONTROL_SECRETS.find((variable) => config[variable] !== undefined);
  if (given)
    throw new ConfigError(given, `not for ROLE=${config.ROLE}, which has no use for it; take it away`);
}
