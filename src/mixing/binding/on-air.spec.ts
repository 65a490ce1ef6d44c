import { isOnAir } from './on-air';

describe('a mix is on the air', () => {
  const mix = (sourceEpoch: number) => ({ source: 'mix', sourceEpoch }) as const;

  it.each([
    ['when the channel shows its epoch', 3, mix(3), undefined, true],
    ['when its push was lifted meanwhile', 3, mix(4), undefined, true],
    ['but not while an earlier mix is shown', 3, mix(2), undefined, false],
    ['but not while the host is shown', 3, { source: 'host', sourceEpoch: 9 } as const, undefined, false],
    ['but not before it has an epoch', null, mix(3), undefined, false],
    ['when the hub has just said so', 3, { source: 'host', sourceEpoch: 1 } as const, 3, true],
    ['but not when the hub has just put an earlier one on the air', 3, mix(3), 2, false],
  ])('%s', (_, epoch, channel, mixEpoch, expected) => {
    expect(isOnAir({ epoch }, channel, mixEpoch)).toBe(expected);
  });
});
