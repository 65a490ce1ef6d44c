/** Client mixing: this page mixes the co-hosting and pushes the result, as long as the session wants it. */
import { WhipClient, type WhipState } from '@lianmai/client';
import { computed, onScopeDispose, ref, watch } from 'vue';
import { api } from '../../app/lianmai';
import type { MixOutput } from '../../contracts';
import { isMixedHere } from '../../mix/scene';
import { StreamMixer } from '../../mix/stream-mixer';
import { user } from '../../app/session';
import type { Call } from '../../call/useCall';
import type { CoHost } from '../../room/useCoHost';
import { useIm } from '../../app/useIm';

/** @param output of the channel, for a session that has no mix yet */
export function useClientMix(
  channelId: string,
  coHost: CoHost,
  call: Call,
  output: () => MixOutput | undefined,
) {
  const im = useIm();
  const me = user.value?.id ?? '';
  const state = ref<WhipState>('idle');
  const code = ref<string | null>(null);
  let mixer: StreamMixer | null = null;
  let client: WhipClient | null = null;
  /** Ends the push before this one, which goes on until the hub has the new one on the air. */
  let endFormer: (() => void) | null = null;
  /** Rises with each start and stop: callbacks of an older one do nothing. */
  let turn = 0;

  /** Only the tab that is in the call has anything to mix. */
  const wanted = computed(() => call.local.value !== null && isMixedHere(coHost.active.value));

  /** Picture size and rate as the server's mix has them, so that a switch changes as little as possible. */
  const wantedOutput = computed(() => coHost.active.value?.output ?? output());

  function show(): void {
    const session = coHost.active.value;
    if (!mixer || !session) return;
    const streams = new Map(call.remotes.value);
    if (call.local.value) streams.set(me, call.local.value);
    const screens = new Map(call.screens.value);
    if (call.sharing.screen.value) screens.set(me, call.sharing.screen.value);
    mixer.show(session.mix, streams, screens);
    call.show('mix', mixer.pictures);
  }

  function start(): void {
    stop();
    const mine = turn;
    const size = wantedOutput.value;
    if (!coHost.active.value || !size) return;
    state.value = 'connecting';
    mixer = new StreamMixer(size, (imageId) => api.getImage(channelId, imageId));
    show();
    client = new WhipClient({
      getAddress: async () => (await api.mixPushUrl(channelId)).whip,
      maxVideoBitrate: size.videoBitrate,
    });
    client.on('state', (now) => {
      if (mine !== turn) return;
      state.value = now.state;
      code.value = now.code;
    });
    client.publish(mixer.stream);
  }

  /** Other tracks need another push. */
  function replace(): void {
    const [formerClient, formerMixer] = [client, mixer];
    client = mixer = null;
    start();
    const end = (): void => {
      if (endFormer !== end) return;
      endFormer = null;
      void formerClient?.close();
      formerMixer?.close();
    };
    endFormer = end;
    formerClient?.on('state', (now) => now.state === 'closed' && end());
  }

  function stop(): void {
    turn += 1;
    endFormer?.();
    void client?.close();
    mixer?.close();
    client = null;
    mixer = null;
    call.show('mix', []);
    state.value = 'idle';
    code.value = null;
  }

  watch(wanted, (is) => (is ? start() : stop()), { immediate: true });
  // In the same push: a connection follows the size of its pictures.
  watch(wantedOutput, (size, before) => {
    if (!mixer || !size || sameOutput(size, before)) return;
    if ((size.video === false) !== (before?.video === false)) return replace();
    mixer.reshape(size);
    show();
    client?.limit(size.videoBitrate);
  });
  watch([coHost.active, call.local, call.remotes, call.screens, call.sharing.screen], show);
  // A push that the server had closed is wanted again.
  im.on('mix:push', (event) => {
    if (event.channelId === channelId && wanted.value && state.value === 'closed') start();
  });
  im.on('live:stop-push', (event) => {
    if (event.channelId === channelId && event.role === 'mix') stop();
  });
  onScopeDispose(stop);

  return { wanted, state, code };
}

function sameOutput(a: MixOutput, b: MixOutput | undefined): boolean {
  const keys = ['width', 'height', 'fps', 'videoBitrate', 'video'] as const;
  return keys.every((key) => a[key] === b?.[key]);
}

export type ClientMix = ReturnType<typeof useClientMix>;
