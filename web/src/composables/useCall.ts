/** This user in the call of a co-hosting: devices, the connection to the MAS, what the others send. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { api } from '../api';
import type { CoHostMemberView, MemberPatch, WantedPicture } from '../contracts';
import { CallClaim } from '../lib/call-claim';
import { askForMedia, stopMedia } from '../lib/local-media';
import { Problem } from '../lib/problem';
import { WantedPictures } from '../lib/wanted-pictures';
import { user } from '../session';
import { type CallLink, openCallLink, type Streams } from './call-link';
import type { CoHost } from './useCoHost';
import { useScreenShare } from './useScreenShare';

export type CallState =
  'idle' | 'asking' | 'joining' | 'connected' | 'reconnecting' | 'media-error' | 'replaced' | 'failed';

/** Answers of the API after which another try makes no sense. */
const FINAL = ['not_admitted', 'not_allowed', 'conference_ended', 'conference_not_found', 'token_invalid'];

/**
 * Follows the seat: a user who has one joins (after a reload or a lost connection too), anybody else has no call.
 * @param role a host's viewer page must not take the call away from the host page
 */
export function useCall(channelId: string, coHost: CoHost, role: CoHostMemberView['role']) {
  const me = user.value?.id ?? '';
  const claim = new CallClaim(`${channelId} ${me}`);
  const state = ref<CallState>('idle');
  const problem = shallowRef<Problem | null>(null);
  const local = shallowRef<MediaStream | null>(null);
  const remotes = shallowRef(new Map<string, MediaStream>());
  /** The others' screens, by user. */
  const screens = shallowRef(new Map<string, MediaStream>());
  const microphone = ref(true);
  const camera = ref(true);
  let prepared: MediaStream | null = null;
  let link: CallLink | null = null;
  const wanted = new WantedPictures((pictures) => link?.want(pictures));
  const sharing = useScreenShare((track) => link?.shareScreen(track));
  /** Rises at each start and end of a call: callbacks of an older one do nothing. */
  let turn = 0;

  const seat = computed(() =>
    coHost.active.value?.members.find((m) => m.userId === me && m.role === role && m.state !== 'left'),
  );
  const conferenceId = computed(() => (seat.value ? (coHost.active.value?.conferenceId ?? null) : null));
  const hasCamera = computed(() => (local.value?.getVideoTracks().length ?? 0) > 0);

  function hangUp(to: CallState = 'idle', why: Problem | null = null): void {
    turn += 1;
    sharing.stop();
    link?.close();
    link = null;
    stopMedia(local.value);
    local.value = null;
    showOthers(new Map(), new Map());
    state.value = to;
    problem.value = why;
    if (to === 'idle' || to === 'replaced') claim.drop();
  }

  /** Joins with the devices at hand, or asks for them. Again after `replaced`: takes the call over. */
  async function join(audioOnly = false): Promise<void> {
    const conference = conferenceId.value;
    if (!conference) return;
    hangUp('asking');
    const mine = turn;
    claim.hold();
    const media = await takeMedia(audioOnly).catch((reason: unknown) => {
      if (mine === turn) hangUp('media-error', Problem.of(reason));
      return null;
    });
    if (!media) return;
    if (mine !== turn) return stopMedia(media);
    local.value = media;
    connect(conference, media, mine);
    if (!hasCamera.value && camera.value) await setCamera(false).catch(() => undefined);
  }

  /** Into another conference (a PK) with the devices as they are: a mix that this page makes of them goes on. */
  function move(conference: string, media: MediaStream): void {
    turn += 1;
    link?.close();
    showOthers(new Map(), new Map());
    problem.value = null;
    connect(conference, media, turn);
  }

  function connect(conference: string, media: MediaStream, mine: number): void {
    state.value = 'joining';
    link = openCallLink(media, {
      access: () => access(conference, mine),
      state: (now) => mine === turn && (state.value = now),
      remotes: (...streams) => mine === turn && showOthers(...streams),
      closed: (code) => mine === turn && closed(code),
    });
    link.want(wanted.now);
    sharing.resend();
    applySeat();
  }

  function showOthers(cameras: Streams, shared: Streams): void {
    remotes.value = cameras;
    screens.value = shared;
  }

  async function takeMedia(audioOnly: boolean): Promise<MediaStream> {
    const ready = prepared;
    prepared = null;
    if (ready && !audioOnly) return ready;
    stopMedia(ready);
    return askForMedia(audioOnly);
  }

  /** A fresh token for each connection: a removed member can't come back with an old one. */
  async function access(conference: string, mine: number) {
    try {
      return (await api.joinConference(conference)).mas;
    } catch (reason) {
      const why = Problem.of(reason);
      if (mine === turn && FINAL.includes(why.code)) hangUp('failed', why);
      throw reason;
    }
  }

  function closed(code: string): void {
    if (code === 'replaced') return hangUp('replaced');
    if (code === 'removed' || code === 'conference_ended') return hangUp();
    hangUp('failed', Problem.local('call_failed'));
  }

  /** Microphone and camera are as the seat says: the person's own choice, or the host's. */
  function applySeat(): void {
    if (!seat.value) return;
    microphone.value = seat.value.audio;
    camera.value = seat.value.video;
    applyTracks();
  }
  function applyTracks(): void {
    link?.setMuted('audio', !microphone.value);
    link?.setMuted('video', !camera.value);
  }

  /** The device changes at once and the server is told; if it refuses, the seat's state comes back. */
  async function change(patch: MemberPatch): Promise<void> {
    if (patch.audio !== undefined) microphone.value = patch.audio;
    if (patch.video !== undefined) camera.value = patch.video;
    applyTracks();
    if (!conferenceId.value) return;
    try {
      coHost.told(await api.patchSeat(channelId, me, patch));
    } catch (reason) {
      applySeat();
      throw reason;
    }
  }
  const setCamera = (on: boolean) => change({ video: on });

  async function leave(): Promise<void> {
    const seated = Boolean(seat.value);
    hangUp();
    if (seated) await api.vacateSeat(channelId, me);
  }

  watch(() => [seat.value?.audio, seat.value?.video], applySeat);
  // The host hides the screen too: its owner is to see that nobody sees it.
  watch(
    () => seat.value?.videoMutedByHost,
    (hidden) => hidden && sharing.stop(),
  );
  watch(conferenceId, async (conference, before) => {
    if (before && conference && local.value) return move(conference, local.value);
    if (before) hangUp();
    if (!conference) return;
    if (await claim.isMine()) return void (conference === conferenceId.value && (await join()));
    if (conference === conferenceId.value && state.value === 'idle') state.value = 'replaced';
  });
  onScopeDispose(() => {
    hangUp();
    discard();
    wanted.close();
    claim.close();
  });

  /** Devices that the person has allowed already, for the call that may come. The call stops them. */
  function prepare(media: MediaStream): void {
    discard();
    prepared = media;
    claim.hold();
  }
  function discard(): void {
    stopMedia(prepared);
    prepared = null;
    if (state.value === 'idle') claim.drop();
  }

  return {
    state,
    problem,
    local,
    remotes,
    screens,
    sharing,
    microphone,
    camera,
    hasCamera,
    seat,
    join,
    leave,
    prepare,
    discard,
    /** The person acted here (accept, invite): this tab goes on the air. */
    claim: () => claim.hold(),
    /** How large a place of the page shows the others. */
    show: (place: 'tiles' | 'mix', pictures: readonly WantedPicture[]) => wanted.show(place, pictures),
    setMicrophone: (on: boolean) => change({ audio: on }),
    setCamera,
  };
}

export type Call = ReturnType<typeof useCall>;
