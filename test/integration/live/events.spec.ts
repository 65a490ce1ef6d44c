/** Events that ride in the picture: who may send them, and what the node is told. */
import type { ChannelEventView, ChannelView, ProblemDetails } from '../../../src/contracts';
import { ControlPlane } from '../../support/fixtures/control-plane';

let control: ControlPlane;
let id: string;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
}, 60_000);
afterAll(() => control.stop());
beforeEach(async () => {
  ({ id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' }));
});

const GIFT = { name: 'gift', data: { of: 'gina', count: 3, of_what: { kind: '花' } } };
const send = (who: string, body: object) =>
  control.as<ProblemDetails & ChannelEventView>(who, 'POST', `channels/${id}/events`, body);
const sent = () => {
  const start = `channels/${id}/events `;
  return control.node.commands
    .filter((command) => command.startsWith(start))
    .map((c) => c.slice(start.length));
};

it('an event goes to the node that carries the channel, with an id of its own', async () => {
  await control.push(id);
  const [first, second] = [await send('host', GIFT), await send('admin', GIFT)];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(first.body.id).not.toBe(second.body.id);
  expect(sent().map((text) => JSON.parse(text) as unknown)).toEqual([
    { id: first.body.id, ...GIFT },
    { id: second.body.id, ...GIFT },
  ]);
});

it('is refused while no picture is on the air, and to whom the channel doesn’t belong', async () => {
  expect((await send('host', GIFT)).body.code).toBe('not_on_air');
  await control.push(id);
  expect((await send('viewer', GIFT)).body.code).toBe('not_allowed');
  await control.node.unpublish(id, 'host');
  expect((await send('host', GIFT)).body.code).toBe('not_on_air');
});

it.each([
  ['no name', { data: {} }],
  ['a name with spaces', { ...GIFT, name: 'a gift' }],
  ['no data', { name: 'gift' }],
  ['a list for data', { name: 'gift', data: [1] }],
  ['too much data', { name: 'gift', data: { text: 'x'.repeat(4096) } }],
])('with %s is not valid, and nothing is sent', async (_, body) => {
  await control.push(id);
  expect((await send('host', body)).body.code).toBe('invalid_input');
  expect(sent()).toEqual([]);
});
