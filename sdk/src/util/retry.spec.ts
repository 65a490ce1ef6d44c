import { API_BACKOFF, backoffMs, MEDIA_BACKOFF, Retry } from './retry';

describe('backoffMs', () => {
  it('doubles up to its limit', () => {
    const waits = [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(API_BACKOFF, attempt, 0));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(backoffMs(API_BACKOFF, 0, 1)).toBe(400);
  });
});

describe('Retry', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('waits longer each time until it worked', () => {
    const retry = new Retry(MEDIA_BACKOFF);
    const work = jest.fn();
    for (const wait of [250, 500, 1000]) {
      retry.later(work);
      jest.advanceTimersByTime(wait - 1);
      expect(retry.isWaiting).toBe(true);
      jest.advanceTimersByTime(1);
      expect(retry.isWaiting).toBe(false);
    }
    retry.reset();
    retry.later(work);
    jest.advanceTimersByTime(250);
    expect(work).toHaveBeenCalledTimes(4);
  });

  it('does nothing more once cancelled', () => {
    const retry = new Retry(MEDIA_BACKOFF);
    const work = jest.fn();
    retry.later(work);
    retry.cancel();
    jest.runAllTimers();
    expect(work).not.toHaveBeenCalled();
  });

  it('does not wait any longer when the device is online again', () => {
    const retry = new Retry(MEDIA_BACKOFF);
    const work = jest.fn();
    const events = new EventTarget();
    const own = { add: globalThis.addEventListener, remove: globalThis.removeEventListener };
    globalThis.addEventListener = events.addEventListener.bind(events);
    globalThis.removeEventListener = events.removeEventListener.bind(events);
    try {
      retry.later(work);
      events.dispatchEvent(new Event('online'));
      expect(work).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(10_000);
      events.dispatchEvent(new Event('online'));
      expect(work).toHaveBeenCalledTimes(1);
    } finally {
      globalThis.addEventListener = own.add;
      globalThis.removeEventListener = own.remove;
    }
  });
});
