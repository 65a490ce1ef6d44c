/** `npm run node-key -- NODE_ID`: prints what a media node on another machine is configured with. */
import { Signer } from '../auth';
import { readConfig } from '../platform/config/config';
import { DataDir } from './process/data-dir';
import { exitCode, explain, StartError } from './process/process-life';

try {
  const config = readConfig({ ...process.env, NODE_ID: process.argv[2] });
  const secret = config.AUTH_SECRET ?? DataDir.existingSecrets(config.DATA_DIR)?.authSecret;
  if (!process.argv[2]) throw new StartError('for which node? npm run node-key -- NODE_ID');
  if (!secret) throw new StartError(`no AUTH_SECRET is given, and there is none in ${config.DATA_DIR}`);
  const key = new Signer(secret, config.AUTH_SECRET_PREVIOUS).nodeKey(config.NODE_ID);
  process.stdout.write(`NODE_ID=${config.NODE_ID}\nNODE_KEY=${key}\n`);
} catch (error) {
  explain(error as Error);
  process.exitCode = exitCode(error);
}
