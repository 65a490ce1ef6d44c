import { SerialQueue } from './serial-queue';

it('refuses further work as rate_limited', async () => {
  const queue = new SerialQueue(1);
  const busy = queue.run('a', () => Promise.resolve('done'));
  await expect(queue.run('a', () => Promise.resolve())).rejects.toMatchObject({ code: 'rate_limited' });
  await expect(busy).resolves.toBe('done');
});
