import { createHmac } from 'node:crypto';
import { signatureOf } from './signature';

describe('signature of a webhook', () => {
  it('is HMAC-SHA256 of time and body under the secret as it is shown', () => {
    const expected = createHmac('sha256', 'whsec_abc').update('1700000000.{"id":"e1"}').digest('hex');
    expect(signatureOf('whsec_abc', 1_700_000_000, '{"id":"e1"}')).toBe(`t=1700000000,v1=${expected}`);
  });

  it('changes with secret, time and body', () => {
    const signatures = [
      signatureOf('whsec_a', 1, 'x'),
      signatureOf('whsec_b', 1, 'x'),
      signatureOf('whsec_a', 2, 'x'),
      signatureOf('whsec_a', 1, 'y'),
    ].map((header) => header.split('v1=')[1]);
    expect(new Set(signatures).size).toBe(4);
  });
});
