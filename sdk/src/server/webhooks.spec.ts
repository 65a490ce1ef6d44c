import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { signatureOf } from '../../../src/webhooks/delivery/signature';
import { verifyWebhook } from './webhooks';

describe('verifyWebhook', () => {
  const secret = 'whsec_of this endpoint';
  const body = JSON.stringify({
    id: 'e1',
    type: 'ping',
    subject: 's',
    occurredAt: 'now',
    data: { webhookId: 'w' },
  });
  const nowMs = 1_800_000_000_000;
  const signed = (text = body, at = nowMs / 1000, by = secret) => ({
    body: text,
    signature: signatureOf(by, at, text),
    secret,
  });

  it('reads what the server has signed', () => {
    const event = verifyWebhook(signed(), nowMs);
    expect(event.type === 'ping' && event.data.webhookId).toBe('w');
    expect(verifyWebhook({ ...signed(), body: Buffer.from(body) }, nowMs).id).toBe('e1');
    expect(verifyWebhook({ ...signed(), secret: ['whsec_new', secret] }, nowMs).id).toBe('e1');
  });

  it('takes the example by which other languages are tried', () => {
    const text = readFileSync(join(__dirname, '../../../docs/webhooks.md'), 'utf8');
    const [, example = ''] = /^Lianmai-Signature: (t=1800000000,.*)$/m.exec(text) ?? [];
    const delivery = { body: '{"id":"e1"}', signature: example, secret: 'whsec_test' };
    expect(verifyWebhook(delivery, nowMs).id).toBe('e1');
  });

  it.each([
    ['no signature', { ...signed(), signature: undefined }, 'signature_missing'],
    ['another body', { ...signed(), body: `${body} ` }, 'signature_invalid'],
    ['another secret', signed(body, nowMs / 1000, 'whsec_other'), 'signature_invalid'],
    ['another form', { ...signed(), signature: 'v1=00' }, 'signature_invalid'],
    ['an old one', signed(body, nowMs / 1000 - 301), 'expired'],
    ['one of tomorrow', signed(body, nowMs / 1000 + 301), 'expired'],
    ['no JSON', signed('hello'), 'body_invalid'],
  ])('refuses %s', (_, delivery, code) => {
    expect(() => verifyWebhook(delivery, nowMs)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
