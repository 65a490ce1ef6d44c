import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type Caller, Signer, UserTokenFacade, type Visit } from '../../auth';
import { DomainError } from '../../platform/common';
import type { VisitCreate, VisitView } from '../../contracts';
import { GUEST_PREFIX } from '../../shared/guest-id';
import { ChannelRepository } from '../channel.repository';
import { isSameName } from './same-name';

const TOKEN_TTL_MS = 30 * 60_000;
const RENEWAL_TTL_SECONDS = 30 * 24 * 3600;
const ID_BYTES = 16;

type Visitor = Pick<Caller, 'userId' | 'name'>;

/** People who come by a share link: they are told apart by ids of ours, and named by themselves. */
@Injectable()
export class VisitService {
  constructor(
    private readonly channels: ChannelRepository,
    private readonly tokens: UserTokenFacade,
    private readonly signer: Signer,
  ) {}

  /** @throws DomainError share_link_not_found, channel_members_only */
  async begin({ code, renewal }: VisitCreate): Promise<VisitView> {
    // One read: the generation is that of this very code.
    const channel = await this.channels.findShared(code);
    if (!channel) throw new DomainError('share_link_not_found');
    if (channel.access === 'members') throw new DomainError('channel_members_only');
    const { id: channelId, visitGeneration: generation } = channel;
    const { userId, name } = (await this.known(renewal)) ?? stranger();
    const isHosts = isSameName(name, channel.ownerName);
    return this.view({ channelId, generation }, { userId, name: isHosts ? '' : name });
  }

  /** @throws DomainError not_allowed: has an account; name_refused: the host's */
  async name({ visit, userId }: Caller, name: string): Promise<VisitView> {
    if (!visit) throw new DomainError('not_allowed', { action: 'give yourself a name' });
    const channel = await this.channels.find(visit.channelId);
    if (channel && isSameName(name, channel.ownerName)) throw new DomainError('name_refused');
    return this.view(visit, { userId, name });
  }

  /** null for one that isn't good (any more): they are somebody new. */
  private async known(renewal: string | undefined): Promise<Visitor | null> {
    const claims = renewal === undefined ? null : await this.signer.verify('visitor', renewal);
    return claims && { userId: claims.sub, name: claims.name };
  }

  private async view(visit: Visit, visitor: Visitor): Promise<VisitView> {
    const { channelId } = visit;
    const caller: Caller = { ...visitor, role: 'user', channels: [channelId], visit };
    const claims = { sub: visitor.userId, name: visitor.name };
    return {
      ...(await this.tokens.mint(caller, TOKEN_TTL_MS)),
      channelId,
      renewal: await this.signer.sign('visitor', claims, RENEWAL_TTL_SECONDS),
    };
  }
}

function stranger(): Visitor {
  return { userId: `${GUEST_PREFIX}${randomBytes(ID_BYTES).toString('base64url')}`, name: '' };
}
