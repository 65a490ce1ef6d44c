import { hasSlice, isKeyframe, normalNals } from './access-unit';
import { joinAnnexB, joinAvcc } from './h264';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const IDR = hex('65880102');
const SLICE = hex('419a03');
const SEI = hex('0605010280');
const AUD = hex('0930');

describe('access units', () => {
  it.each<[string, Buffer, Buffer[]]>([
    ['as they should be', joinAvcc([SEI, IDR, SLICE]), [SEI, IDR, SLICE]],
    ['with empty NAL units', joinAvcc([hex(''), IDR, hex(''), SLICE, hex('')]), [IDR, SLICE]],
    ['with delimiters', joinAvcc([AUD, AUD, IDR]), [IDR]],
    [
      'put together with start codes',
      joinAvcc([joinAnnexB([SEI, AUD, IDR]).subarray(4), SLICE]),
      [SEI, IDR, SLICE],
    ],
    ['of nothing', joinAvcc([hex('')]), []],
  ])('%s', (_, data, nals) => expect(normalNals(data, 4)).toEqual(nals));

  it.each([
    ['start codes for lengths', joinAnnexB([IDR, SLICE])],
    ['bytes behind', Buffer.concat([joinAvcc([IDR]), hex('000000')])],
  ])('are refused with %s', (_, data) => expect(() => normalNals(data, 4)).toThrow(RangeError));

  it('have a slice, or carry no picture', () => {
    expect([[IDR], [SEI, SLICE], [SEI], [AUD], []].map(hasSlice)).toEqual([true, true, false, false, false]);
  });

  it.each<[string, Buffer[], boolean, boolean]>([
    ['IDR', [SEI, IDR], true, true],
    ['IDR of an encoder that doesn’t say so', [IDR], false, true],
    ['intra slices (open GOP)', [SEI, hex('618884'), hex('416c00')], true, true],
    ['intra slices that later pictures may reach behind', [hex('618884')], false, false],
    ['an inter slice that refreshes a part of the picture', [SEI, hex('61c0ff')], true, false],
    ['one inter slice beside intra slices', [hex('618884'), hex('419aff')], true, false],
    ['B', [hex('01a0ff')], true, false],
    ['an inter slice in partitions', [hex('42c0'), hex('4380'), hex('4480')], true, false],
    ['a slice without a header', [hex('41')], true, false],
  ])('are keyframes or not: %s', (_, nals, isSaid, is) => expect(isKeyframe(nals, isSaid)).toBe(is));
});
