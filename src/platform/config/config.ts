import { z } from 'zod';
import type { IceServer } from '../../contracts';
import { isRtmpUrl } from '../../shared/rtmp-url';
import { type Limits, limitsSchema } from './limits';
import { type Retention, retentionSchema } from './retention';

const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().min(1);
const list = z.string().transform((s) =>
  s
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.length > 0),
);

const iceServer = z.object({
  urls: z.union([z.string(), z.array(z.string())]),
  username: z.string().optional(),
  credential: z.string().optional(),
});
const iceServers = z.string().transform((text, context): IceServer[] => {
  try {
    return z.array(iceServer).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'expected a JSON array of {urls, username?, credential?}' });
    return z.NEVER;
  }
});

/** Every variable that Lianmai reads, with its default. Table with explanations: docs/configuration.md. */
const schema = z.object({
  ROLE: z.enum(['all', 'api', 'media', 'mixer']).default('all'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Folder of the embedded Postgres and the generated secrets. */
  DATA_DIR: z.string().default('.lianmai'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The embedded Postgres: with less room on its disk the system is not ready, MB. */
  MIN_FREE_DISK_MB: z.coerce.number().int().min(0).default(256),
  /** Connections of one API process to Postgres, beside those of its queues. */
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(20),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** At least 32 characters; generated into DATA_DIR where not given. */
  AUTH_SECRET: z.string().min(32).optional(),
  /** The one before, or the next: what it has signed and sealed is taken as well. */
  AUTH_SECRET_PREVIOUS: z.string().min(32).optional(),
  /** What an app's own backend mints user tokens with; at least 32 characters, generated where not given. */
  API_KEY: z.string().min(32).optional(),

  /** Address that all servers listen on. */
  HOST: z.string().default('127.0.0.1'),
  /** Name or address by which clients reach this machine. */
  PUBLIC_HOST: z.string().default('localhost'),
  HTTP_PORT: port.default(8080),
  MEDIA_HTTP_PORT: port.default(8081),
  RTMP_PORT: port.default(1935),
  MAS_UDP_PORT: port.default(8082),
  /** Set where a proxy or another name is in front; else made of PUBLIC_HOST and the port. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  MEDIA_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  RTMP_PUBLIC_URL: z.url({ protocol: /^rtmps?$/ }).optional(),
  /** Where media nodes and mixers reach the API (ROLE=media), and control reaches this media node. */
  CONTROL_URL: list.pipe(z.array(z.url({ protocol: /^https?$/ }))).optional(),
  MEDIA_CONTROL_URL: z.url({ protocol: /^https?$/ }).optional(),
  NODE_ID: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .default('node-1'),
  /** ROLE=media: what this node is known by, and what it knows control's tokens by; printed by `npm run node-key`. */
  NODE_KEY: z
    .string()
    .regex(/^[\w-]{43}(\.[\w-]{43}){1,2}$/, 'expected what `npm run node-key -- NODE_ID` prints')
    .optional(),

  MAS_TRANSPORT: z.enum(['node-datachannel', 'werift']).default('node-datachannel'),
  /** Addresses that ICE candidates announce, comma separated; default: PUBLIC_HOST where it is an address. */
  MAS_ANNOUNCED_ADDRESSES: list.default([]),
  ICE_SERVERS: iceServers.default([]),

  INVITATION_TTL_MS: milliseconds.default(30_000),
  /** A member whose media connection is lost keeps their seat this long. */
  MEMBER_GRACE_MS: milliseconds.default(15_000),
  /** A user whose connection is lost stays in their rooms this long. */
  PRESENCE_GRACE_MS: milliseconds.default(5_000),
  /** How long guests have to come into the call after acceptance, and the mix to come up. */
  CONNECTING_TIMEOUT_MS: milliseconds.default(60_000),
  /** At the end of a co-hosting, how long the mix goes on while the host is asked to push again. */
  RESUME_TIMEOUT_MS: milliseconds.default(15_000),
  /** Chat messages with one of these words in them are refused; comma separated. */
  IM_BLOCKED_WORDS: list.default([]),
  /** Client mixing: how long the host's mixed stream may be away before the channel's policy applies. */
  CLIENT_MIX_GRACE_MS: milliseconds.default(5_000),
  /** How long a new mixing mode has to come on the air in a running co-hosting. */
  SWITCH_TIMEOUT_MS: milliseconds.default(15_000),
  /** How long a conference stays on the air when nobody watches it any more. */
  BYPASS_IDLE_MS: milliseconds.default(30_000),
  /** How long viewers are held when the source of a channel is gone. */
  HUB_GRACE_MS: milliseconds.default(10_000),
  /** HTTP requests a minute of one user; of one address and of one API key. 0: no limit. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(0).default(1200),
  RATE_LIMIT_ADDRESS_PER_MINUTE: z.coerce.number().int().min(0).default(12_000),
  /** Visits by share links, and names of visitors, a minute from one address. 0: no limit. */
  RATE_LIMIT_VISITS_PER_MINUTE: z.coerce.number().int().min(0).default(60),
  /** Proxies whose X-Forwarded-For is trusted: addresses, subnets, or loopback, linklocal, uniquelocal. */
  TRUST_PROXY: list.default(['loopback']),
  /** Lets webhooks and relays go to addresses of private networks, and of this machine. */
  WEBHOOK_ALLOW_PRIVATE: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Where channels without an address of their own are relayed to: rtmp(s)://…, with {channelId} in it. */
  RELAY_URL: z
    .string()
    .refine((url) => url.includes('{channelId}') && isRtmpUrl(url.replaceAll('{channelId}', 'x')), {
      message: 'expected rtmp(s)://host/app/name with {channelId} in it',
    })
    .optional(),
  /** Bearer token for /metrics, at least 32 characters. Without it only an admin's token opens /metrics. */
  METRICS_TOKEN: z.string().min(32).optional(),
  /** CPU cores that the mixes of one process may take; default: the machine's, with ROLE=all three quarters of them. */
  MIXER_CORES: z.coerce.number().min(0.1).max(1024).optional(),
  /** What encodes mixes; `auto`: a graphics card where one works, else x264, which also steps in for the others. */
  MIX_ENCODER: z.enum(['auto', 'x264', 'nvenc', 'vaapi']).default('auto'),
  /** Mix tasks that one process takes at a time, however little they cost. */
  MIXER_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(16),
});

/** What a media node reads; the rest of the environment is none of its business. */
export const MEDIA_VARIABLES = [
  ...(['ROLE', 'LOG_LEVEL', 'HOST', 'PUBLIC_HOST', 'NODE_ID', 'NODE_KEY'] as const),
  ...(['HTTP_PORT', 'MEDIA_HTTP_PORT', 'RTMP_PORT', 'MAS_UDP_PORT'] as const),
  ...(['MEDIA_PUBLIC_URL', 'RTMP_PUBLIC_URL', 'CONTROL_URL', 'MEDIA_CONTROL_URL'] as const),
  ...(['MAS_TRANSPORT', 'MAS_ANNOUNCED_ADDRESSES', 'ICE_SERVERS', 'HUB_GRACE_MS'] as const),
  'WEBHOOK_ALLOW_PRIVATE' as const,
];

/** What opens control and its stores. A process that parses what strangers send has none of it. */
export const CONTROL_SECRETS = [
  'AUTH_SECRET',
  'AUTH_SECRET_PREVIOUS',
  'API_KEY',
  'DATABASE_URL',
  'REDIS_URL',
  'METRICS_TOKEN',
] as const;

export type Config = Readonly<
  Omit<
    z.infer<typeof schema>,
    'PUBLIC_URL' | 'MEDIA_PUBLIC_URL' | 'RTMP_PUBLIC_URL' | 'CONTROL_URL' | 'MEDIA_CONTROL_URL'
  > & {
    PUBLIC_URL: string;
    MEDIA_PUBLIC_URL: string;
    RTMP_PUBLIC_URL: string;
    /** At least one. */
    CONTROL_URL: readonly string[];
    MEDIA_CONTROL_URL: string;
    limits: Limits;
    retention: Retention;
  }
>;

/** The Config of a started role: what may be left out has been generated or started by then. */
export type RuntimeConfig = Config &
  Readonly<{
    AUTH_SECRET: string;
    API_KEY: string;
    DATABASE_URL: string;
    /** Of the Postgres that this process has started itself. */
    DATABASE_DIR?: string;
  }>;

/** The Config of a media node. */
export type MediaConfig = Pick<Config, (typeof MEDIA_VARIABLES)[number]>;

/** A variable of the environment that can't be used; the message names it and never shows its value. */
export class ConfigError extends Error {
  constructor(
    readonly variable: string,
    reason: string,
  ) {
    super(`${variable}: ${reason}`);
    this.name = 'ConfigError';
  }
}

/**
 * The environment as one frozen, typed Config; nobody else reads `process.env`. An empty variable counts as unset.
 * @throws ConfigError
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const c = parse(schema, given);
  const local = c.HOST === '0.0.0.0' || c.HOST === '::' ? '127.0.0.1' : c.HOST;
  return Object.freeze({
    ...c,
    limits: Object.freeze(parse(limitsSchema, given)),
    retention: Object.freeze(parse(retentionSchema, given)),
    PUBLIC_URL: trim(c.PUBLIC_URL ?? `http://${c.PUBLIC_HOST}:${c.HTTP_PORT}`),
    MEDIA_PUBLIC_URL: trim(c.MEDIA_PUBLIC_URL ?? `http://${c.PUBLIC_HOST}:${c.MEDIA_HTTP_PORT}`),
    RTMP_PUBLIC_URL: trim(c.RTMP_PUBLIC_URL ?? `rtmp://${c.PUBLIC_HOST}:${c.RTMP_PORT}`),
    CONTROL_URL: (c.CONTROL_URL?.length ? c.CONTROL_URL : [`http://${local}:${c.HTTP_PORT}`]).map(trim),
    MEDIA_CONTROL_URL: trim(c.MEDIA_CONTROL_URL ?? `http://${local}:${c.MEDIA_HTTP_PORT}`),
  });
}

function parse<T>(type: z.ZodType<T>, given: object): T {
  const parsed = type.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ConfigError(String(issue?.path[0]), issue?.message ?? 'not valid');
}

/** Does this process answer requests? Only there do domain events reach the apps. */
export function servesApi({ ROLE }: Pick<Config, 'ROLE'>): boolean {
  return ROLE === 'all' || ROLE === 'api';
}

function trim(url: string): string {
  return url.replace(/\/+$/, '');
}
