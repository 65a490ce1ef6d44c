import { eventPermissions, type Permission, routePermissions } from './permissions';

const routes = Object.entries(routePermissions);
/** Nobody among them has a token with grants. */
const needsNoGrant = ({ who }: Permission) =>
  who.every((kind) => ['admin', 'anyone', 'api-key', 'node'].includes(kind));
const below = (prefix: string) => routes.filter(([route]) => route.split(' ')[1]?.startsWith(prefix));

describe('permissions', () => {
  it('name somebody for every route and event', () => {
    for (const [, { who }] of [...routes, ...Object.entries(eventPermissions)]) {
      expect(who.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['/v1/channels/:id', 'channel'],
    ['/v1/co-host/invitations/:id', 'channel'],
    ['/v1/pk/invitations/:id', 'channel'],
    ['/v1/mix-tasks/:id', 'channel'],
    ['/v1/conferences/:id', 'conference'],
    ['/v1/bypass-lives/:conferenceId', 'conference'],
  ] as const)('ask for a grant below %s', (prefix, within) => {
    const open = below(prefix).filter(([, permission]) => !needsNoGrant(permission));
    expect(open.length).toBeGreaterThan(0);
    for (const [route, permission] of open)
      expect({ route, within: permission.within }).toEqual({ route, within });
  });

  it('leave no route below /v1 open to anybody but the login and visits', () => {
    const open = below('/v1').filter(([, { who }]) => who.includes('anyone'));
    expect(open.map(([route]) => route)).toEqual(['POST /v1/login', 'POST /v1/visits']);
  });
});
