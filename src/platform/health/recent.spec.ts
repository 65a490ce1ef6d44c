import { Recent } from './recent';

describe('Recent', () => {
  const clock = jest.spyOn(performance, 'now');
  beforeEach(() => clock.mockReturnValue(0));
  afterAll(() => clock.mockRestore());

  it('asks once in a time', async () => {
    let asked = 0;
    const recent = new Recent(() => Promise.resolve(++asked), 500);
    expect(await recent.get()).toBe(1);
    clock.mockReturnValue(499);
    expect(await recent.get()).toBe(1);
    clock.mockReturnValue(500);
    expect(await recent.get()).toBe(2);
  });

  it('asks once while the answer is on its way, however long that takes', async () => {
    let asked = 0;
    let answer: (n: number) => void = () => undefined;
    const recent = new Recent(
      () => new Promise<number>((resolve) => (answer = resolve)).finally(() => asked++),
      500,
    );
    const all = [recent.get()];
    clock.mockReturnValue(10_000);
    all.push(recent.get());
    answer(7);
    expect(await Promise.all(all)).toEqual([7, 7]);
    expect(asked).toBe(1);
  });
});
