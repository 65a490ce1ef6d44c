import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { EncoderChoice, type WantedEncoder } from './encoder-choice';
import { MixerSpare } from './mixer-spare';

const PROGRAM = { path: join(__dirname, '../../../test/support/fakes/fake-mixer.cjs'), env: {} };

describe('the encoder of a worker’s mixes', () => {
  const forked: ChildProcess[] = [];
  const fork = (): ChildProcess => {
    const child = new MixerSpare(PROGRAM).fork();
    forked.push(child);
    return child;
  };
  afterEach(() => {
    for (const { exitCode, signalCode } of forked.splice(0))
      expect([exitCode, signalCode]).not.toEqual([null, null]);
  });

  it.each<[string, WantedEncoder, string, number]>([
    ['is x264 where that is asked for, and nothing is tried', 'x264', 'x264', 0],
    ['is the one that is asked for, where it works', 'nvenc', 'nvenc', 1],
    ['is x264 where the other one took its process down', 'vaapi', 'x264', 1],
  ])('%s', async (_, wanted, kind, processes) => {
    const choice = new EncoderChoice(wanted);
    expect(choice.kind).toBe('x264');
    await choice.probe(fork);
    expect([choice.kind, forked.length]).toEqual([kind, processes]);
  });
});
