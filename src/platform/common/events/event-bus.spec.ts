import { DomainError } from '../errors';
import { Log } from '../telemetry/logger';
import { DomainEvent, EventBus } from './event-bus';

class Done extends DomainEvent {}

describe('an event handler that fails', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['as what the event was about is gone: no error', new DomainError('channel_not_found'), []],
    ['as it is not done: an error', new DomainError('media_unavailable'), ['event handler failed']],
    ['by a fault of ours: an error', new TypeError('x is undefined'), ['event handler failed']],
  ])('%s', async (_, failure, logged) => {
    const errors = jest.spyOn(Log.prototype, 'error').mockReturnValue(undefined);
    const bus = new EventBus();
    bus.on(Done, () => Promise.reject(failure));
    const others = new Promise((resolve) => bus.on(Done, resolve));
    bus.publish(new Done());
    await others;
    await new Promise(setImmediate);
    expect(errors.mock.calls.map(([, message]) => message)).toEqual(logged);
  });
});
