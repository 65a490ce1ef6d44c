/** Strangers at the doors of a running API process, while people talk in a room. */
import { inspect } from 'node:util';
import { Log } from '../../../src/platform/common';
import type { ChannelView } from '../../../src/contracts';
import type { TestApi } from '../app/test-api';
import { imBytes, imClients, mediaNodes } from './doors/control';
import type { FuzzResult } from './fuzz';
import { visitAll } from './visits';

/** Gives so many inputs. What is answered without a declared code, or logged as an error, is a crash too. */
export async function fuzzControl(api: TestApi, inputs: number, seed: number): Promise<FuzzResult> {
  const { id: channelId } = await api.must<ChannelView>('ann', 'POST', 'channels', { title: 'Show' });
  const people = await Promise.all(['ann', 'bea'].map((who) => api.connect(who)));
  for (const one of people) await one.must('room:join', { channelId });
  const logged: string[] = [];
  const log = Object.getOwnPropertyDescriptor(Log.prototype, 'error')!;
  Log.prototype.error = (fields, text) => void logged.push(`logged: ${text} ${inspect(fields)}`);
  try {
    const doors = {
      imClients: imClients(api, channelId),
      imBytes: imBytes(api),
      mediaNodes: mediaNodes(api),
    };
    const visited = await visitAll(doors, inputs, seed);
    const { seq } = await people[0]!.must('room:send', { channelId, text: 'still here' });
    await people[1]!.until(([event, payload]) => event === 'room:message' && payload.seq === seq);
    return { ...visited, crashes: [...logged, ...visited.crashes] };
  } finally {
    Object.defineProperty(Log.prototype, 'error', log);
    people.forEach((one) => one.close());
  }
}
