import { ConferenceFacade, ConferenceModule } from '../../../src/conference';
import { MemberRepository } from '../../../src/conference/members/member.repository';
import type { ConferenceView, JoinView } from '../../../src/contracts';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { prepareDatabase } from '../../support/database/test-database';
import { FakeNodes } from '../../support/fakes/fake-nodes';
import { until } from '../../support/waiting/until';

it('the sweep is one process’s, and another’s when that is gone', async () => {
  const database = await prepareDatabase();
  const options = {
    databaseUrl: database.url,
    rooms: [ConferenceModule],
    fakes: [fakeRoom(NodesModule, [NodesFacade], new FakeNodes())],
  };
  const one = await TestApi.start(options);
  const two = await TestApi.start(options);
  const [first, second] = [one, two].map((api) => jest.spyOn(api.get(MemberRepository), 'isAnyOverdue'));
  await until(() => first!.mock.calls.length > 4);
  expect(second).not.toHaveBeenCalled();
  const { id } = await two.must<ConferenceView>('owner', 'POST', 'conferences', { access: 'open' });
  const { memberId } = await two.must<JoinView>('guest', 'POST', `conferences/${id}/members`);
  await one.stop();
  await two.sql('UPDATE conference_members SET grace_deadline = now() WHERE member_id = $1', [memberId]);
  await until(async () =>
    (await two.get(ConferenceFacade).members(id)).some((m) => m.userId === 'guest' && m.state === 'left'),
  );
  await two.stop();
  await database.drop();
});
