import type {
  ApiKeyCreatedView,
  CoHostView,
  ChannelView,
  InvitationView,
  ListView,
  WebhookCreatedView,
  WebhookDeliveryView,
} from '../../../src/contracts';
import { type BypassFixture } from '../fixtures/bypass-fixture';
import { PkFixture } from '../fixtures/pk-fixture';

/** Ids of things that are there, in whatever state; by the name of the parameter or property that takes them. */
export type Ids = Readonly<Record<string, readonly string[]>>;

/** A co-hosting, a match and a conference on the air, and what else there is to ask for. */
export class LiveWorld {
  private constructor(
    readonly control: BypassFixture,
    readonly ids: Ids,
    /** Who hosts, sits, owns or only watches there. */
    readonly people: readonly string[],
  ) {}

  static async build(control: BypassFixture): Promise<LiveWorld> {
    control.everybodyLeaves();
    control.mixersPush = false;
    const coHosting = await control.begin();
    const pk = await PkFixture.start(control);
    const match = await pk.run(600_000);
    control.mixersPush = true;
    const conference = await control.conference('open', 'owner', 'member');
    await control.api.must('viewer', 'POST', `conferences/${conference.id}/watch`);
    const bypass = await control.inState(conference.id, 'live');
    const rest = await things(control, coHosting.channelId);
    const sessions: CoHostView[] = [coHosting.session];
    for (const host of pk.hosts) sessions.push(await pk.session(host));
    const ids = {
      channels: [
        coHosting.channelId,
        pk.ann.channelId,
        pk.bea.channelId,
        rest.deleted,
        rest.idle,
        bypass.channelId,
      ],
      conferences: [conference.id, conference.number, rest.ended, ...sessions.map((s) => s.conferenceId)],
      'mix-tasks': [...sessions.map((s) => s.mixTaskId!), bypass.mixTaskId!],
      'co-host': [rest.pending, rest.cancelled],
      pk: [match.id, rest.pending],
      webhooks: [rest.webhookId],
      deliveries: [rest.deliveryId],
      'api-keys': [rest.apiKeyId],
      matches: [match.id],
    };
    const people = ['viewer', 'gina', 'host', pk.ann.hostId, pk.bea.hostId, 'owner', 'member', 'outlaw'];
    return new LiveWorld(control, ids, people);
  }
}

/** What is idle, over, or waits. */
async function things(control: BypassFixture, channelId: string) {
  const make = <T = { id: string }>(who: string, path: string, body: object = {}) =>
    control.api.must<T>(who, 'POST', path, body);
  const idle = await make<ChannelView>('owner', 'channels', { title: 'Idle' });
  const deleted = await make<ChannelView>('owner', 'channels', { title: 'Deleted' });
  await control.api.must('owner', 'DELETE', `channels/${deleted.id}`);
  const ended = await make('owner', 'conferences');
  await control.api.must('owner', 'DELETE', `conferences/${ended.id}`);
  const invitations = `channels/${channelId}/co-host/invitations`;
  const pending = await make<InvitationView>('viewer', invitations, { kind: 'apply' });
  const other = await make<InvitationView>('member', invitations, { kind: 'apply' });
  const cancelled = await make<InvitationView>('member', `co-host/invitations/${other.id}/cancel`);
  await make('host', `channels/${channelId}/im/bans`, { userId: 'outlaw' });
  await make('host', `channels/${channelId}/im/mutes`, { userId: 'outlaw', durationMs: 600_000 });
  const key = await make<ApiKeyCreatedView>('admin', 'api-keys', { name: 'backend' });
  const hook = await make<WebhookCreatedView>('admin', 'webhooks', { url: 'http://127.0.0.1:9/' });
  await make('admin', `webhooks/${hook.id}/ping`);
  const path = `webhooks/${hook.id}/deliveries`;
  const { items } = await control.api.must<ListView<WebhookDeliveryView>>('admin', 'GET', path);
  return {
    ...{ idle: idle.id, deleted: deleted.id, ended: ended.id, pending: pending.id, cancelled: cancelled.id },
    ...{ apiKeyId: key.id, webhookId: hook.id, deliveryId: items[0]!.id },
  };
}
