/** This user in the call of a co-hosting: devices, the connection to the MAS, what the others send. */
import type { CoHostMemberView, WantedPicture } from '@lianmai/client';
import { computed } from 'vue';
import { lianmai } from '../app/lianmai';
import { user } from '../app/session';
import { follow, own } from '../app/readable';
import type { CoHost } from '../room/useCoHost';

/** @param role a host's viewer page must not take the call away from the host page */
export function useCall({ coHosting }: CoHost, role: CoHostMemberView['role']) {
  const call = own(lianmai.call(coHosting, { userId: user.value?.id ?? '', role }));
  const local = follow(call.local);
  return {
    call,
    state: follow(call.state),
    problem: follow(call.problem),
    local,
    remotes: follow(call.remotes),
    /** The others' screens, by user. */
    screens: follow(call.screens),
    /** This user's own. */
    sharing: {
      screen: follow(call.sharing.screen),
      canShare: call.sharing.canShare,
      share: () => call.sharing.share(),
      stop: () => call.sharing.stop(),
    },
    microphone: follow(call.microphone),
    camera: follow(call.camera),
    hasCamera: computed(() => (local.value?.getVideoTracks().length ?? 0) > 0),
    seat: follow(call.seat),
    /** What sends, for statistics. */
    connection: () => call.connection,
    replaceTrack: (track: MediaStreamTrack) => call.replaceTrack(track),
    join: (audioOnly = false) => call.join(audioOnly),
    leave: () => call.leave(),
    prepare: (media: MediaStream) => call.prepare(media),
    discard: () => call.discard(),
    /** The person acted here (accept, invite): this tab goes on the air. */
    claim: () => call.claimCall(),
    /** How large a place of the page shows the others. */
    show: (place: 'tiles', pictures: readonly WantedPicture[]) => call.show(place, pictures),
    setMicrophone: (on: boolean) => call.setMicrophone(on),
    setCamera: (on: boolean) => call.setCamera(on),
  };
}

export type Call = ReturnType<typeof useCall>;
