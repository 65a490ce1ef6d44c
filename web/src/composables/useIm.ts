/** The one Socket.IO connection of this tab: chat, presence and every signal. */
import { io, type Socket } from 'socket.io-client';
import { onScopeDispose, readonly, ref, watch } from 'vue';
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '../contracts';
import { isProblemDetails, Problem } from '../lib/problem';
import { API_BACKOFF, Retry } from '../lib/retry';
import { expireSession, session } from '../session';

type ImSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
type Asked = keyof ClientToServerEvents;
type Question<E extends Asked> = Parameters<ClientToServerEvents[E]>[0];
type Answer<E extends Asked> =
  Parameters<Parameters<ClientToServerEvents[E]>[1]>[0] extends Ack<infer T> ? T : never;

const ANSWER_TIMEOUT_MS = 10_000;

const connected = ref(false);
const socket: ImSocket = io({
  autoConnect: false,
  auth: (pass) => pass({ token: session.value?.token ?? '' }),
  reconnectionDelay: API_BACKOFF.firstMs,
  reconnectionDelayMax: API_BACKOFF.mostMs,
});
const retry = new Retry(API_BACKOFF);

socket.on('connect', () => {
  retry.reset();
  connected.value = true;
});
socket.on('disconnect', (reason) => {
  connected.value = false;
  // The library reconnects by itself, except after the server has closed the connection.
  if (reason === 'io server disconnect') retryLater();
});
socket.on('connect_error', (error) => {
  const { data } = error as Error & { data?: unknown };
  const code = isProblemDetails(data) ? data.code : null;
  const token = session.value?.token;
  if (token && (code === 'token_invalid' || code === 'token_missing')) expireSession(token);
  else if (!socket.active) retryLater();
});

function retryLater(): void {
  retry.later(() => session.value && socket.connect());
}

watch(
  () => session.value?.token,
  (token) => {
    retry.cancel();
    socket.disconnect();
    if (token) socket.connect();
  },
  { immediate: true },
);

/** Asks the server and waits for its acknowledgement. Throws Problem. */
async function ask<E extends Asked>(event: E, question: Question<E>): Promise<Answer<E>> {
  const emit = socket.timeout(ANSWER_TIMEOUT_MS) as unknown as {
    emitWithAck(event: string, question: unknown): Promise<Ack<Answer<E>>>;
  };
  const answer = await emit.emitWithAck(event, question).catch(() => {
    throw Problem.local('im_timeout');
  });
  if (!answer.ok) throw Problem.from(answer.error);
  return answer.data;
}

/** A room is joined once, however many parts of a page want it: how many do, by channel. */
const wanted = new Map<string, number>();

/** Keeps a room wanted until the returned function is called; joining is the caller's (it needs the snapshot). */
function holdRoom(channelId: string): () => void {
  wanted.set(channelId, (wanted.get(channelId) ?? 0) + 1);
  return () => {
    const left = (wanted.get(channelId) ?? 1) - 1;
    if (left > 0) return void wanted.set(channelId, left);
    wanted.delete(channelId);
    if (socket.connected) ask('room:leave', { channelId }).catch(() => undefined);
  };
}

/** To be called in a component's setup: what it listens to ends with the component. */
export function useIm() {
  function on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): void {
    // socket.io's own types can't follow a generic event name.
    const target = socket as unknown as Record<'on' | 'off', (event: string, listener: unknown) => void>;
    target.on(event, listener);
    onScopeDispose(() => target.off(event, listener));
  }

  /** Calls now, where connected, and after every later connect: what was missed meanwhile is fetched there. */
  function onConnect(listener: () => void): void {
    watch(connected, (is) => is && listener(), { immediate: true });
  }

  return { connected: readonly(connected), ask, on, onConnect, holdRoom };
}
