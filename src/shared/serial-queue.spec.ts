import { SerialQueue } from './serial-queue';

describe('SerialQueue', () => {
  it('runs the work of a key in order, and a failure stops nobody', async () => {
    const queue = new SerialQueue(10);
    const order: string[] = [];
    let release = () => undefined as void;
    const first = queue.run('a', () =>
      new Promise<void>((resolve) => (release = resolve)).then(() => void order.push('1')),
    );
    const second = queue.run('a', () => Promise.reject(new Error('broken')));
    const third = queue.run('a', () => Promise.resolve(void order.push('3')));
    await queue.run('b', () => Promise.resolve(void order.push('other')));
    release();
    await expect(second).rejects.toThrow('broken');
    await Promise.all([first, third]);
    expect(order).toEqual(['other', '1', '3']);
  });

  it('is bounded per key, and free again afterwards', async () => {
    const queue = new SerialQueue(1, () => new Error('full'));
    let release = () => undefined as void;
    const busy = queue.run('a', () => new Promise<void>((resolve) => (release = resolve)));
    await expect(queue.run('a', () => Promise.resolve())).rejects.toThrow('full');
    await Promise.resolve();
    release();
    await busy;
    await expect(queue.run('a', () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('says when the work that a key has is done, whether it worked or not', async () => {
    const queue = new SerialQueue(10);
    const done: string[] = [];
    const broken = queue.run('a', () => Promise.reject(new Error('broken'))).catch(() => done.push('1'));
    const worked = queue.run('a', () => Promise.resolve()).then(() => done.push('2'));
    await queue.idle('a');
    await queue.idle('b');
    await Promise.all([broken, worked]);
    expect(done).toEqual(['1', '2']);
  });
});
