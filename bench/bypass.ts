/**
 * From a viewer's request to watch a conference until they have its first picture: the whole app as a user starts it, with
 * two people without browsers already in the call. Each round is a conference that nobody has watched before.
 */
import type { ConferenceView, JoinView, WatchView } from '../src/contracts';
import { SyntheticPerson } from '../src/demo/synthetic/synthetic-person';
import { startApp, type TestApp } from '../test/support/app/app-process';
import { FlvCapture } from '../test/support/media/flv-capture';
import { until } from '../test/support/waiting/until';

const ROUNDS = 5;
const CAMERA = { picture: 'testsrc2', width: 640, height: 360, fps: 25, gop: 50, bitrate: 500_000 };

export async function run(): Promise<Record<string, unknown>> {
  const app = await startApp({ BYPASS_IDLE_MS: '500' });
  try {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await requestToFirstFrame(app, round));
    console.error('rounds, ms:', times.join(' '));
    times.sort((a, b) => a - b);
    return { requestToFirstFrameMs: times[ROUNDS >> 1], largestMs: times.at(-1), rounds: ROUNDS };
  } finally {
    await app.stop();
  }
}

/** ms */
async function requestToFirstFrame(app: TestApp, round: number): Promise<number> {
  const tokens = await Promise.all(['ann', 'bob'].map((who) => app.token(`${who}-${round}`, who)));
  const viewer = await app.token('vera', 'Vera');
  const { id } = (await app.api<ConferenceView>('POST', '/v1/conferences', {}, tokens[0])).body;
  const people: SyntheticPerson[] = [];
  try {
    for (const token of tokens) {
      const { mas } = (await app.api<JoinView>('POST', `/v1/conferences/${id}/members`, undefined, token))
        .body;
      people.push(await SyntheticPerson.join(mas, CAMERA, 600));
    }
    await allConnected(app, id, tokens[0]!);
    const askedAt = performance.now();
    const path = `/v1/conferences/${id}/watch`;
    const { status, body } = await app.api<WatchView>('POST', `${path}?waitMs=10000`, undefined, viewer);
    if (!body.playback) throw new Error(`not on the air: ${status} ${JSON.stringify(body)}`);
    const capture = await FlvCapture.open(body.playback.flv);
    const picture = await capture.waitFor((tag) => tag.kind === 'video', 10_000);
    capture.stop();
    return Math.round(picture.arrivedAt - askedAt);
  } finally {
    await app.api('DELETE', `/v1/conferences/${id}`, undefined, tokens[0]);
    await Promise.all(people.map((person) => person.close()));
  }
}

async function allConnected(app: TestApp, id: string, token: string): Promise<void> {
  await until(async () => {
    const { members } = (await app.api<ConferenceView>('GET', `/v1/conferences/${id}`, undefined, token))
      .body;
    return members.length === 2 && members.every(({ state }) => state === 'connected');
  });
}
