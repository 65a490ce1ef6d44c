import type { Call } from '../call/call';
import type { CoHosting } from '../co-host/co-hosting';
import type { CoHostView, MixOutput } from '../contracts';
import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import type { Platform } from '../platform';
import type { RestApi } from '../rest/api';
import { Scope } from '../util/scope';
import { derived, type Readable, Value } from '../util/value';
import type { MakeMixer, Mixer } from './mixer';
import { WhipClient, type WhipClientEvents } from './whip-client';

/** `failed`: it begins again when the server asks for it, or is reached again after it was lost. */
export type MixPushState = 'off' | 'connecting' | 'live' | 'reconnecting' | 'failed';

/** A replaced push goes on for at most so long beside a connected one, where its end isn't told by the server, ms. */
const FORMER_MS = 5000;

export interface MixPushOptions {
  mixer: MakeMixer;
}

/** One mix on its way to the channel. */
interface Run {
  readonly mixer: Mixer;
  readonly client: WhipClient;
  output: MixOutput;
}

/**
 * Client mixing: the host's device mixes the co-hosting and publishes it to the channel, as long as the session wants
 * that and this device is in the call as its host.
 */
export class MixPush {
  /** Is this device to mix now? While a switch of the mixing mode is under way the server does as well. */
  readonly wanted: Readable<boolean>;
  readonly state: Readable<MixPushState>;
  /** Why it failed, or why the last try to connect did. */
  readonly problem: Readable<LianmaiError | null>;
  private readonly now = new Value<MixPushState>('off');
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly scope = new Scope();
  private run: Run | null = null;
  /** Goes on until the channel has the one in its place. */
  private former: Run | null = null;
  private formerEnd: ReturnType<typeof setTimeout> | undefined;

  constructor(
    im: ImConnection,
    private readonly api: RestApi,
    private readonly platform: Platform,
    private readonly coHosting: CoHosting,
    private readonly call: Call,
    private readonly options: MixPushOptions,
  ) {
    this.state = this.now;
    this.problem = this.trouble;
    const { active, channelId } = coHosting;
    this.wanted = derived(
      [active, call.local],
      () => call.local.value !== null && call.seat.value?.role === 'host' && isMixedHere(active.value),
    );
    const { scope } = this;
    scope.hold(() => this.end());
    scope.hold(this.wanted.subscribe((is) => (is ? this.begin() : this.end())));
    scope.hold(active.subscribe(() => this.follow()));
    for (const shown of [call.local, call.remotes, call.screens, call.sharing.screen]) {
      scope.hold(shown.subscribe(() => this.show()));
    }
    scope.hold(im.on('mix:push', (event) => event.channelId === channelId && this.ask()));
    scope.hold(
      im.on('live:stop-push', (event) => {
        if (event.channelId === channelId && event.role === 'mix') this.end();
      }),
    );
    // It may have been asked for meanwhile.
    scope.hold(im.onConnect(() => this.now.value === 'failed' && this.ask()));
    this.ask();
  }

  close(): void {
    this.scope.end();
  }

  private ask(): void {
    if (this.wanted.value && !this.run) this.begin();
  }

  private begin(): void {
    const output = this.coHosting.active.value?.output;
    if (!output) return;
    this.trouble.value = null;
    this.now.value = 'connecting';
    try {
      this.start(output);
    } catch (reason) {
      // This device can't mix.
      this.end('failed', LianmaiError.of(reason));
    }
  }

  private start(output: MixOutput): void {
    const { channelId } = this.coHosting;
    const mixer = this.options.mixer(output, (id) => this.api.getImage(channelId, id));
    const client = new WhipClient({
      getAddress: async () => (await this.api.mixPushUrl(channelId)).whip,
      maxVideoBitrate: output.videoBitrate,
      platform: this.platform,
    });
    const run: Run = { mixer, client, output };
    this.run = run;
    client.on('state', (event) => {
      if (this.run === run) this.told(event);
      // It has been replaced on the air, or is lost: connected again it would take the channel back.
      else if (this.former === run && event.state !== 'live') this.endFormer();
    });
    this.show();
    client.publish(mixer.stream);
  }

  private told({ state, code }: WhipClientEvents['state']): void {
    const why = code === null ? null : new LianmaiError(code);
    if (state === 'closed') return this.end('failed', why);
    if (state === 'idle') return;
    this.now.value = state;
    this.trouble.value = why;
    if (state === 'live' && this.former) this.formerEnd ??= setTimeout(() => this.endFormer(), FORMER_MS);
  }

  /** The session has changed, and its output may have. */
  private follow(): void {
    const { run } = this;
    const output = this.coHosting.active.value?.output;
    if (!run || !output) return;
    if (isSame(output, run.output)) return this.show();
    // Other tracks need another push; the rest goes into this one, whose encoder follows the size of its pictures.
    if (hasPicture(output) !== hasPicture(run.output)) return this.replace();
    run.mixer.reshape(output);
    run.client.limit(output.videoBitrate);
    run.output = output;
    this.show();
  }

  private replace(): void {
    this.endFormer();
    this.former = this.run;
    this.run = null;
    this.begin();
  }

  private show(): void {
    const session = this.coHosting.active.value;
    if (!this.run || !session) return;
    const { mixer } = this.run;
    const { call } = this;
    mixer.show(
      session.mix,
      withOwn(call.remotes.value, call.userId, call.local.value),
      withOwn(call.screens.value, call.userId, call.sharing.screen.value),
    );
    call.show('mix', mixer.pictures);
  }

  private end(to: MixPushState = 'off', why: LianmaiError | null = null): void {
    const { run } = this;
    this.run = null;
    if (run) close(run);
    this.endFormer();
    this.call.show('mix', []);
    this.now.value = to;
    this.trouble.value = why;
  }

  private endFormer(): void {
    const { former } = this;
    clearTimeout(this.formerEnd);
    this.formerEnd = undefined;
    this.former = null;
    if (former) close(former);
  }
}

/** @param session the active one */
export function isMixedHere(session: CoHostView | null): boolean {
  if (!session) return false;
  // Before there is a task there is no address to push to.
  const own = session.mixingMode === 'client' && session.mixTaskId !== null;
  return own || session.mixSwitch?.state === 'switching';
}

function close({ client, mixer }: Run): void {
  void client.close();
  mixer.close();
}

function withOwn(
  streams: ReadonlyMap<string, MediaStream>,
  userId: string,
  own: MediaStream | null,
): ReadonlyMap<string, MediaStream> {
  return own ? new Map(streams).set(userId, own) : streams;
}

function hasPicture({ video }: MixOutput): boolean {
  return video !== false;
}

/** As far as the device makes it. */
function isSame(a: MixOutput, b: MixOutput): boolean {
  const keys = ['width', 'height', 'fps', 'videoBitrate'] as const;
  return keys.every((key) => a[key] === b[key]) && hasPicture(a) === hasPicture(b);
}
