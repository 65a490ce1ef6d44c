import { ReceiveStatistics } from './receive-statistics';

describe('ReceiveStatistics', () => {
  it('counts loss since the last report and in all', () => {
    const statistics = new ReceiveStatistics(90_000);
    expect(statistics.report(7, 0)).toBeNull();
    for (let sequence = 65_530; sequence < 65_540; sequence++) {
      if (sequence !== 65_535) statistics.packet(sequence, 0, 0);
    }
    expect(statistics.report(7, 0)).toMatchObject({
      ssrc: 7,
      fractionLost: 25,
      packetsLost: 1,
      highestSequence: 65_539,
    });
    statistics.packet(65_540, 0, 0);
    expect(statistics.report(7, 0)).toMatchObject({ fractionLost: 0, packetsLost: 1 });
  });

  it('echoes the last sender report with the time since', () => {
    const statistics = new ReceiveStatistics(90_000);
    statistics.packet(1, 0, 0);
    const report = {
      ntp: 0x1111_2222_3333_4444n,
      rtpTimestamp: 0,
      packetCount: 0,
      octetCount: 0,
      reports: [],
    };
    statistics.senderReport({ type: 'sr', ssrc: 7, ...report }, 1000);
    expect(statistics.report(7, 1500)).toMatchObject({
      lastSenderReport: 0x2222_3333,
      delaySinceLastSenderReport: 32_768,
    });
  });
});
