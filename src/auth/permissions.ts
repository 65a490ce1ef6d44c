import type { ClientToServerEvents } from '../contracts';

const visitors = ['visitor', 'named-visitor', 'seated-visitor'] as const;

/**
 * Who asks:
 * - `anyone`: also without a token.
 * - `api-key`: an app's own backend, by `X-Api-Key`.
 * - `node`: a media node, by its own token.
 * - `viewer`: any user, by their token.
 * - `guest`: a user with a seat in the co-hosting, or a member of the conference; where the address names a member, only
 *   that member.
 * - `party`: of an invitation; both see it, the one who was asked answers it, the one who asked withdraws it.
 * - `visitor`: somebody who came by the channel's share link, without an account. `named-visitor`: who has given a name;
 *   `seated-visitor`: and has a seat in the co-hosting, as a `guest` has.
 * - `host`: the owner of the channel or the conference; where the address names a member of a conference, the moderator
 *   of that member.
 * - `admin`: a token with role `admin`.
 */
export type Who =
  'anyone' | 'api-key' | 'node' | 'viewer' | 'guest' | 'party' | 'host' | 'admin' | (typeof visitors)[number];

export interface Permission {
  who: readonly Who[];
  /** What a token with grants must be good for (requireGrant). */
  within?: 'channel' | 'conference';
}

const anyUser = ['viewer', 'guest', 'host', 'admin'] as const;
const anybody = [...anyUser, ...visitors] as const;
const anybodyNamed = [...anyUser, 'named-visitor', 'seated-visitor'] as const;

/**
 * Who may do what, all of it. Services enforce it in their first lines; test/integration/auth/permissions.spec.ts walks every
 * route and event of the running app with every kind of caller and fails where the app and this table differ, and for
 * what is missing here.
 */
export const routePermissions: Readonly<Record<string, Permission>> = {
  'GET /health/live': { who: ['anyone'] },
  'GET /health/ready': { who: ['anyone'] },
  // Or METRICS_TOKEN.
  'GET /metrics': { who: ['admin'] },
  'POST /internal/nodes/:nodeId/report': { who: ['node'] },

  'POST /v1/tokens': { who: ['api-key'] },
  'POST /v1/login': { who: ['anyone'] },
  'POST /v1/login-links': { who: ['admin'] },
  'GET /v1/me': { who: anybody },
  'PUT /v1/me/avatar': { who: anyUser },
  'GET /v1/me/avatar': { who: anyUser },
  'DELETE /v1/me/avatar': { who: anyUser },
  'POST /v1/api-keys': { who: ['admin'] },
  'GET /v1/api-keys': { who: ['admin'] },
  'DELETE /v1/api-keys/:id': { who: ['admin'] },
  'GET /v1/nodes': { who: ['admin'] },
  'GET /v1/mixers': { who: ['admin'] },
  'GET /v1/audit': { who: ['admin'] },
  'GET /v1/overview': { who: ['admin'] },
  'GET /v1/overview/series': { who: ['admin'] },
  'POST /v1/webhooks': { who: ['admin'] },
  'GET /v1/webhooks': { who: ['admin'] },
  'GET /v1/webhooks/:id': { who: ['admin'] },
  'PATCH /v1/webhooks/:id': { who: ['admin'] },
  'DELETE /v1/webhooks/:id': { who: ['admin'] },
  'POST /v1/webhooks/:id/ping': { who: ['admin'] },
  'GET /v1/webhooks/:id/deliveries': { who: ['admin'] },
  'POST /v1/webhooks/:id/replay': { who: ['admin'] },
  'POST /v1/webhooks/:id/deliveries/:deliveryId/replay': { who: ['admin'] },
  'GET /v1/demo': { who: ['admin'] },
  'POST /v1/demo': { who: ['admin'] },
  'DELETE /v1/demo': { who: ['admin'] },

  'POST /v1/channels': { who: anyUser, within: 'channel' },
  'GET /v1/channels': { who: anyUser },
  'GET /v1/channels/:id': { who: anybody, within: 'channel' },
  'PATCH /v1/channels/:id': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/push-url': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/events': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/push-url': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/suspension': { who: ['admin'] },
  'DELETE /v1/channels/:id/suspension': { who: ['admin'] },
  'POST /v1/channels/:id/viewer-bans': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/viewer-bans': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/viewer-bans/:userId': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/images': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/images': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/images/:imageId': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/images/:imageId': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/share-link': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/share-link': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/share-link': { who: ['host', 'admin'], within: 'channel' },
  // By the code of a share link.
  'POST /v1/visits': { who: ['anyone'] },
  'POST /v1/visits/name': { who: visitors },
  'GET /v1/channels/:id/playback': { who: anybody, within: 'channel' },
  'POST /v1/channels/:id/quality': { who: anybody, within: 'channel' },
  'GET /v1/channels/:id/quality': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/hand-overs': { who: ['host', 'admin'], within: 'channel' },
  // Who may watch.
  'GET /v1/channels/:id/snapshot.jpg': { who: anybody, within: 'channel' },

  'GET /v1/channels/:id/co-host': { who: anybody, within: 'channel' },
  'PATCH /v1/channels/:id/co-host': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/co-host': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/co-host/mix-push-url': { who: ['host'], within: 'channel' },
  'POST /v1/channels/:id/co-host/mixing-mode': { who: ['admin'], within: 'channel' },
  'PATCH /v1/channels/:id/co-host/members/:userId': {
    who: ['guest', 'host', 'admin', 'seated-visitor'],
    within: 'channel',
  },
  'DELETE /v1/channels/:id/co-host/members/:userId': {
    who: ['guest', 'host', 'seated-visitor'],
    within: 'channel',
  },
  // A viewer applies, the host invites. A guest may ask too, and gets already_on_air.
  'POST /v1/channels/:id/co-host/invitations': { who: anybodyNamed, within: 'channel' },
  // A viewer sees their own; visitors without a name have none.
  'GET /v1/channels/:id/co-host/invitations': { who: anybody, within: 'channel' },
  // A viewer sees their own, with its place; visitors without a name have none.
  'GET /v1/channels/:id/co-host/queue': { who: anybody, within: 'channel' },
  'PATCH /v1/channels/:id/co-host/seats/:seat': { who: ['host'], within: 'channel' },
  'POST /v1/channels/:id/co-host/bans': { who: ['host'], within: 'channel' },
  'GET /v1/channels/:id/co-host/bans': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/co-host/bans/:userId': { who: ['host'], within: 'channel' },
  'POST /v1/channels/:id/im/mutes': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/im/mutes': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/im/mutes/:userId': { who: ['host', 'admin'], within: 'channel' },
  'POST /v1/channels/:id/im/bans': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/channels/:id/im/bans': { who: ['host', 'admin'], within: 'channel' },
  'DELETE /v1/channels/:id/im/bans/:userId': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/co-host/invitations/:id': { who: ['party'], within: 'channel' },
  'POST /v1/co-host/invitations/:id/accept': { who: ['party'], within: 'channel' },
  'POST /v1/co-host/invitations/:id/reject': { who: ['party'], within: 'channel' },
  'POST /v1/co-host/invitations/:id/cancel': { who: ['party'], within: 'channel' },

  'POST /v1/channels/:id/pk/invitations': { who: ['host'], within: 'channel' },
  'GET /v1/channels/:id/pk/invitations': { who: ['host', 'admin'], within: 'channel' },
  'GET /v1/pk/invitations/:id': { who: ['party'], within: 'channel' },
  'POST /v1/pk/invitations/:id/accept': { who: ['party'], within: 'channel' },
  'POST /v1/pk/invitations/:id/reject': { who: ['party'], within: 'channel' },
  'POST /v1/pk/invitations/:id/cancel': { who: ['party'], within: 'channel' },
  'GET /v1/channels/:id/pk': { who: anybody, within: 'channel' },
  'DELETE /v1/channels/:id/pk': { who: ['host', 'admin'], within: 'channel' },
  // An app's backend, which knows what its users have given.
  'POST /v1/channels/:id/pk/points': { who: ['admin'] },

  'POST /v1/conferences': { who: anyUser, within: 'conference' },
  // Those the caller owns or is a member of.
  'GET /v1/conferences': { who: anyUser },
  // Where the conference is open to all, a viewer may see and join it.
  'GET /v1/conferences/:id': { who: ['guest', 'host', 'admin', 'seated-visitor'], within: 'conference' },
  'PATCH /v1/conferences/:id': { who: ['host', 'admin'], within: 'conference' },
  // Where the conference needs approval, a viewer may ask. A guest is told that they are in.
  'POST /v1/conferences/:id/requests': { who: ['guest', 'host'], within: 'conference' },
  'GET /v1/conferences/:id/requests': { who: ['host', 'admin'], within: 'conference' },
  'DELETE /v1/conferences/:id/requests/:userId': { who: ['guest', 'host', 'admin'], within: 'conference' },
  'POST /v1/conferences/:id/admissions': { who: ['host', 'admin'], within: 'conference' },
  'POST /v1/conferences/:id/members': { who: ['guest', 'host', 'seated-visitor'], within: 'conference' },
  'DELETE /v1/conferences/:id': { who: ['host', 'admin'], within: 'conference' },
  'PATCH /v1/conferences/:id/members/:userId': {
    who: ['guest', 'host', 'admin', 'seated-visitor'],
    within: 'conference',
  },
  'DELETE /v1/conferences/:id/members/:userId': {
    who: ['guest', 'host', 'admin', 'seated-visitor'],
    within: 'conference',
  },

  // Where the conference may be watched by all, a viewer may too.
  'POST /v1/conferences/:id/watch': { who: ['guest', 'host', 'admin'], within: 'conference' },
  'GET /v1/conferences/:id/watch': { who: ['guest', 'host', 'admin'], within: 'conference' },
  // Those of the caller's conferences.
  'GET /v1/bypass-lives': { who: anyUser },
  'PATCH /v1/bypass-lives/:conferenceId': { who: ['host', 'admin'], within: 'conference' },

  // Those of the caller's channels.
  'GET /v1/mix-tasks': { who: anyUser },
  'GET /v1/mix-tasks/:id': { who: ['host', 'admin'], within: 'channel' },
  // Nothing of the system is in it: names and places are the caller's own.
  'POST /v1/mix-tasks/preview': { who: anyUser },
  'PATCH /v1/mix-tasks/:id': { who: ['host', 'admin'], within: 'channel' },
};

/** Events that clients send over Socket.IO; the handshake has checked the token. */
export const eventPermissions: Readonly<Record<keyof ClientToServerEvents, Permission>> = {
  // With a token that is verified like that of the handshake.
  'auth:renew': { who: anybody },
  'room:join': { who: anybody, within: 'channel' },
  'room:leave': { who: anybody },
  // These need to have joined the room.
  'room:send': { who: anybodyNamed, within: 'channel' },
  'room:history': { who: anybody, within: 'channel' },
  'live:like': { who: anybodyNamed, within: 'channel' },
};
