import { Injectable } from '@nestjs/common';
import type { MixingMode } from '../../../contracts';
import { ClientSessionMixing } from './client-session-mixing';
import { ServerSessionMixing } from './server-session-mixing';
import type { SessionMixing } from './session-mixing';

/** One line for each way of mixing. */
@Injectable()
export class SessionMixings {
  private readonly byMode: Readonly<Record<MixingMode, SessionMixing>>;

  constructor(server: ServerSessionMixing, client: ClientSessionMixing) {
    this.byMode = { server, client };
  }

  of(mode: MixingMode): SessionMixing {
    return this.byMode[mode];
  }
}
