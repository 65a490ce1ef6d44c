import { InvitationChanged } from '../co-host';
import { ConferenceEnded, ConferenceMemberChanged } from '../conference';
import type { InvitationView } from '../contracts';
import { ChannelDeleted, ChannelMixingModeChanged, ChannelSourceChanged } from '../live';
import { MixTaskChanged, type MixTaskRecord } from '../mixing';
import { NodeLost } from '../nodes';
import { webhookEventOf, webhookEventTypes } from './event-mapping';

const member = {
  memberId: 'm1',
  userId: 'ann',
  name: 'Ann',
  state: 'connected',
  audio: true,
  video: false,
  audioMutedByHost: false,
  videoMutedByHost: true,
  gain: 1,
  sendingAudio: true,
  sendingVideo: false,
  admission: 2,
} as const;

describe('webhook events', () => {
  it('have types that no two share', () => {
    expect(new Set(webhookEventTypes).size).toBe(webhookEventTypes.length);
  });

  it('name what they are about, so that events about it stay in order', () => {
    const subjects = [
      new ChannelDeleted('c'),
      new ChannelSourceChanged('c', 'mix', 4, 'host', 2),
      new ConferenceEnded('k'),
      new NodeLost('n', 1),
    ].map((event) => webhookEventOf(event)?.subject);
    expect(subjects).toEqual(['channel:c', 'channel:c', 'conference:k', 'node:n']);
  });

  it('carry the contract’s data and nothing internal', () => {
    expect(webhookEventOf(new ChannelSourceChanged('c', 'mix', 4, 'host', 2))).toEqual({
      type: 'channel.source',
      subject: 'channel:c',
      data: { channelId: 'c', source: 'mix', previous: 'host', epoch: 4 },
    });
    const data = webhookEventOf(new ConferenceMemberChanged('k', member))?.data;
    expect(data).toMatchObject({ conferenceId: 'k', member: { id: 'm1', userId: 'ann' } });
    expect(JSON.stringify(data)).not.toMatch(/admission|sending|memberId/);
  });

  it('call a challenge what signals call it', () => {
    const of = (kind: InvitationView['kind']) =>
      webhookEventOf(new InvitationChanged({ id: 'i', kind } as InvitationView))?.type;
    expect([of('pk'), of('invite'), of('apply')]).toEqual([
      'pk.invitation',
      'co-host.invitation',
      'co-host.invitation',
    ]);
  });

  it('have the same key in every process that learns of the same change', () => {
    const task = {
      ...{ id: 't', state: 'running', attempt: 1 },
      ...{ version: 2, appliedVersion: 1 },
      createdAt: new Date(),
    };
    const keyOf = (change: Partial<MixTaskRecord>) =>
      webhookEventOf(new MixTaskChanged({ ...task, ...change } as MixTaskRecord))?.key;
    expect(keyOf({})).toBe(keyOf({}));
    expect(keyOf({ appliedVersion: 2 })).not.toBe(keyOf({}));
    expect(keyOf({ error: 'push_lost' })).not.toBe(keyOf({}));
  });

  it('are not made of events that concern rooms only', () => {
    expect(webhookEventOf(new ChannelMixingModeChanged('c'))).toBeNull();
  });
});
