/** `@lianmai/client/server`: for an app's own backend. Holds the API key, which never goes to a device. */
export type * from '../contracts';
export { type ErrorCode, errorCodes } from '../codes';
export { LianmaiError } from '../errors';
export { LianmaiServer, type LianmaiServerOptions } from './lianmai-server';
export { verifyWebhook, type WebhookEvent, WebhookError, type WebhookProblem } from './webhooks';
