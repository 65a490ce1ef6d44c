import { EventEmitter } from 'node:events';
import type { MasPort } from '../../../src/media/node';

/** A MAS without anybody in it; calls are written down. */
export class FakeMas extends EventEmitter implements MasPort {
  readonly calls: unknown[][] = [];
  acceptParticipant(): void {
    this.calls.push(['participant']);
  }
  acceptMixer(_socket: unknown, remoteAddress: string): void {
    this.calls.push(['mixer', remoteAddress]);
  }
  setPermissions(conferenceId: string, memberId: string, permissions: object): boolean {
    this.calls.push(['permissions', conferenceId, memberId, permissions]);
    return memberId === 'here';
  }
  closeMember(conferenceId: string, memberId: string): boolean {
    this.calls.push(['close', conferenceId, memberId]);
    return memberId === 'here';
  }
  closeConference(conferenceId: string): boolean {
    this.calls.push(['closeConference', conferenceId]);
    return conferenceId === 'here';
  }
  releaseConference(conferenceId: string): boolean {
    this.calls.push(['releaseConference', conferenceId]);
    return conferenceId === 'here';
  }
  snapshot() {
    return [];
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}
