import { within } from './deadline';

describe('within', () => {
  it('hands on what comes in time, an error too', async () => {
    await expect(within(1000, Promise.resolve('here'))).resolves.toBe('here');
    await expect(within(1000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('fails where nothing comes', async () => {
    await expect(within(5, new Promise(() => undefined))).rejects.toThrow('no answer within 5 ms');
  });
});
