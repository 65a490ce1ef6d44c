import { SyntheticParticipant } from '../../../src/demo/synthetic/synthetic-participant';
import { FRAME_MS } from '../media/marked-stream';
import { silentLogger } from '../media/silent-logger';
import { until } from '../waiting/until';
import { joinToken } from '../webrtc/mas';

export const CALL = 'call';
const OPTIONS = { bindAddress: '127.0.0.1', logger: silentLogger };
/** A parameter set and a slice, Annex B. */
const PICTURE = Buffer.concat([
  Buffer.from('000000016742001400000001', 'hex'),
  Buffer.from([0x65]),
  Buffer.alloc(900, 0xa5),
]);

/** Two members of a conference, one of whom sends pictures that the other gets. */
export class SteadyCall {
  private received = 0;
  private sent = 0;
  private readonly lost: string[] = [];
  private readonly members: SyntheticParticipant[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param url of a node's signalling. Resolves when pictures arrive. */
  static async begin(url: string): Promise<SteadyCall> {
    const call = new SteadyCall();
    await call.join(url, 'receiver', () => call.received++);
    const sender = await call.join(url, 'sender');
    call.timer = setInterval(() => sender.sendVideo(PICTURE, call.sent++ * FRAME_MS), FRAME_MS);
    await call.goesOn();
    return call;
  }

  /** @throws Error when a member was closed, or no further picture arrives */
  async goesOn(): Promise<void> {
    const before = this.received;
    await until(() => this.received > before || this.lost.length > 0);
    if (this.lost.length > 0) throw new Error(`the call was broken: ${this.lost.join(', ')}`);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.members.map((member) => member.close()));
  }

  private async join(url: string, name: string, onRtp?: () => void): Promise<SyntheticParticipant> {
    const onClosed = (code: string | null, detail: string) => this.lost.push(`${name}: ${code} ${detail}`);
    const token = joinToken(name, { conferenceId: CALL });
    const member = await SyntheticParticipant.join({ ...OPTIONS, url, token, onClosed, onRtp });
    this.members.push(member);
    return member;
  }
}
