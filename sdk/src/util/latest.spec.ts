import { Latest } from './latest';

interface View {
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
  let answers: ((view: View) => void)[];
  let latest: Latest<View>;
  beforeEach(() => {
    answers = [];
    latest = new Latest<View>(im, {
      initial: { version: 0 },
      fetch: () => new Promise((resolve) => answers.push(resolve)),
      newer: (came, held) => (came.version < held.version ? held : came),
    });
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('holds the newest, however the signals come', () => {
    for (const version of [2, 5, 3]) latest.told({ version });
    expect(latest.view.value.version).toBe(5);
  });

  it('asks at each connect, and an answer that a signal has overtaken changes nothing', async () => {
    connect();
    latest.told({ version: 4 });
    answers[0]!({ version: 9 });
    await settled();
    expect(latest.view.value.version).toBe(4);
    connect();
    answers[1]!({ version: 10 });
    await settled();
    expect(latest.view.value.version).toBe(10);
  });
});
