import { ConferenceFacade, ConferenceModule } from '../../../src/conference';
import { MemberRepository } from '../../../src/conference/members/member.repository';
import type { ConferenceView, JoinView } from '../../../src/contracts';
import { NodesFacade, NodesModule } from '../../../src/nodes';
import { fakeRoom, TestApi } from '../../support/app/test-api';
import { prepareDatabase, type TestDatabase } from '../../support/database/test-database';
import { FakeNodes } from '../../support/fakes/fake-nodes';
import { until } from '../../support/waiting/until';

describe('the sweep of grace periods', () => {
  const options = {
    rooms: [ConferenceModule],
    fakes: [fakeRoom(NodesModule, [NodesFacade], new FakeNodes())],
  };
  let database: TestDatabase;
  let one: TestApi | null = null;
  let two: TestApi;
  beforeAll(async () => {
    database = await prepareDatabase();
    one = await TestApi.start({ ...options, databaseUrl: database.url });
    two = await TestApi.start({ ...options, databaseUrl: database.url });
  });
  afterAll(async () => {
    await one?.stop();
    await two.stop();
    await database.drop();
  });

  it('is one process’s, and another’s when that is gone', async () => {
    const [first, second] = [one!, two].map((api) => jest.spyOn(api.get(MemberRepository), 'isAnyOverdue'));
    await until(() => first!.mock.calls.length > 4);
    expect(second).not.toHaveBeenCalled();
    const { id } = await two.must<ConferenceView>('owner', 'POST', 'conferences', { access: 'open' });
    const { memberId } = await two.must<JoinView>('guest', 'POST', `conferences/${id}/members`);
    await one!.stop();
    one = null;
    await two.sql('UPDATE conference_members SET grace_deadline = now() WHERE member_id = $1', [memberId]);
    await until(async () =>
      (await two.get(ConferenceFacade).members(id)).some((m) => m.userId === 'guest' && m.state === 'left'),
    );
  });
});
