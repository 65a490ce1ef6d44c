import { EventBus, DomainEvent } from '../events/event-bus';
import { addLogFields, inRequest, requestIdOf, requestLogFields } from './request-context';

describe('request ids', () => {
  it('are taken where they are valid, and made where not', () => {
    expect(requestIdOf('abc-123.x:y/z=')).toBe('abc-123.x:y/z=');
    for (const given of [undefined, '', 'a b', 'a\nb', 'x'.repeat(129), 7, '<script>', '{"a"}']) {
      expect(requestIdOf(given)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('go with everything that the request starts, and with nothing else', async () => {
    class Done extends DomainEvent {}
    const bus = new EventBus();
    const inHandler = new Promise<object>((resolve) => bus.on(Done, () => resolve(requestLogFields())));
    await inRequest({ requestId: 'r-1', fields: {} }, async () => {
      await Promise.resolve();
      addLogFields({ channelId: 'c', taskId: undefined });
      bus.publish(new Done());
    });
    expect(await inHandler).toEqual({ requestId: 'r-1', channelId: 'c' });
    expect(requestLogFields()).toEqual({});
  });
});
