import type { Call, CoHosting, HostPush, Invitations, PushDutyFollower, Room } from '@lianmai/client';
import type { PersonOptions } from '../../e2e/support/person';
import { Network } from './network';
import { NodePerson } from './node-person';

/** What an app holds of a channel. */
export interface InRoom {
  person: NodePerson;
  room: Room;
  coHosting: CoHosting;
  invitations: Invitations;
  duty: PushDutyFollower;
  call: Call;
  push: HostPush;
  /** This person's own. */
  network: Network;
  /** Tokens that were minted for them. */
  tokens: string[];
}

export interface InRoomOptions {
  /** How long each of their tokens is good, ms. */
  ttlMs?: number;
}

/** As much of a running system as people need. */
export interface Served {
  url: string;
  /** Of a single media node, or of all. */
  mediaUrl: string | readonly string[];
  token(userId: string, name: string, role?: 'user', ttlMs?: number): Promise<string>;
}

/** People with the client in Node, and their networks. */
export class People {
  private readonly open: { close(): void }[] = [];

  constructor(private readonly app: Served) {}

  async enter(
    channelId: string,
    role: 'host' | 'guest',
    options: PersonOptions,
    { ttlMs }: InRoomOptions = {},
  ): Promise<InRoom> {
    const { person, network, tokens } = await this.connect(options, ttlMs);
    const { lianmai } = person;
    const room = lianmai.room(channelId);
    person.follow({ close: () => room.leave() });
    const coHosting = person.follow(lianmai.coHosting(channelId));
    return {
      ...{ person, room, coHosting, tokens, network },
      invitations: person.follow(lianmai.invitations(channelId)),
      duty: person.follow(lianmai.pushDuty(room, coHosting)),
      call: person.call(coHosting, role),
      push: person.follow(lianmai.hostPush(channelId)),
    };
  }

  /** Somebody who is in no room yet. */
  async person(options: PersonOptions): Promise<NodePerson> {
    return (await this.connect(options)).person;
  }

  /** @throws Error when a message to or from the MAS was not as documented */
  close(): void {
    const open = this.open.splice(0).reverse();
    for (const it of open) it.close();
    const problems = open.flatMap((it) => (it instanceof NodePerson ? it.undocumented : []));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }

  private async connect({ userId, name, color, tone }: PersonOptions, ttlMs?: number) {
    const { app } = this;
    const network = await Network.to(app.url, [app.mediaUrl].flat());
    const tokens: string[] = [];
    const person = new NodePerson({
      ...{ network, userId, tone },
      color: `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`,
      token: async () => {
        const token = await app.token(userId, name, 'user', ttlMs);
        tokens.push(token);
        return token;
      },
    });
    this.open.push(network, person);
    return { person, network, tokens };
  }
}
