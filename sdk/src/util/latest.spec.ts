import { LianmaiError } from '../errors';
import { Latest } from './latest';

interface View {
  id: string;
  version: number;
}

describe('Latest', () => {
  let connect: () => void;
  const im = {
    onConnect: (listener: () => void) => {
      connect = listener;
      return () => undefined;
    },
  };
  let answers: ((view: View | null) => void)[];
  let latest: Latest<View>;
  beforeEach(() => {
    jest.useFakeTimers();
    answers = [];
    latest = new Latest<View>(im, {
      fetch: () => new Promise((resolve) => answers.push(resolve)),
      newer: (came, known) => (came.version < known.version ? known : came),
    });
  });
  afterEach(() => {
    latest.close();
    jest.useRealTimers();
  });
  const a = (version: number): View => ({ id: 'a', version });
  const answer = async (view: View | null) => {
    answers.shift()!(view);
    await jest.advanceTimersByTimeAsync(1000);
  };

  it('holds the newest, however the signals come', () => {
    for (const version of [2, 5, 3]) latest.told(a(version));
    expect(latest.view.value?.version).toBe(5);
  });

  it.each([a(3), null])(
    'an answer that a signal has overtaken (%j) changes nothing, and is asked for again',
    async (old) => {
      connect();
      latest.told(a(4));
      await answer(old);
      expect(latest.view.value?.version).toBe(4);
      await answer(a(9));
      expect(latest.view.value?.version).toBe(9);
    },
  );

  it('what the server says is over does not come back with a signal that is late', async () => {
    latest.told(a(4));
    connect();
    await answer(null);
    latest.told(a(4));
    expect(latest.view.value).toBeNull();
    latest.told({ id: 'b', version: 5 });
    expect(latest.view.value?.id).toBe('b');
  });

  it('asks until it is answered', async () => {
    const failing = new Latest<View>(im, {
      fetch: () =>
        answers.length === 3 ? Promise.resolve(a(7)) : (answers.push(() => undefined), Promise.reject(away)),
      newer: (came) => came,
    });
    const away = LianmaiError.local('network');
    connect();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(failing.view.value?.version).toBe(7);
    failing.close();
  });
});
