import type {
  AcceptView,
  ChannelView,
  CoHostView,
  InvitationView,
  JoinView,
  MixTaskView,
  PlaybackView,
  PushUrlView,
} from '../../../src/contracts';
import { type Reply, send } from '../app/http';
import { startPush } from '../media/rtmp-pusher';
import { until } from '../waiting/until';
import type { Cluster, ClusterNode } from './cluster';
import { SteadyMember } from './steady-member';
import { SteadyViewer } from './steady-viewer';

const OUTPUT = { width: 320, height: 180, fps: 15, gop: 30, videoBitrate: 300_000, audioBitrate: 64_000 };
const ENCODER = { color: 'red', tone: 440, width: 320, height: 180, fps: 15, gop: 15 } as const;
const STEADY_TIMEOUT_MS = 120_000;
/** Pictures without a longer break than this, for so long, ms. */
const SMOOTH_MS = 500;
const STEADY_MS = 2000;
/** An API that doesn't answer for so long is left for the other. */
const PATIENCE_MS = 2000;

/** A co-hosting on a cluster: host and guest in the call, mixed by the server, and somebody who watches. */
export class Show {
  private constructor(
    private readonly cluster: Cluster,
    readonly channelId: string,
    private readonly tokens: { host: string; guest: string },
    readonly sessionId: string,
    readonly viewer: SteadyViewer,
    readonly members: SteadyMember[],
  ) {}

  static async start(cluster: Cluster): Promise<Show> {
    const tokens = {
      host: await cluster.token('host', 'Host'),
      guest: await cluster.token('guest', 'Guest'),
    };
    const must = async <T>(method: string, path: string, body: unknown, token: string): Promise<T> => {
      const { status, text, body: answer } = await cluster.ask<T>(method, path, body, token);
      if (status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
      return answer;
    };
    const { id } = await must<ChannelView>('POST', '/v1/channels', { title: 'Show' }, tokens.host);
    const path = `/v1/channels/${id}`;
    await must('PATCH', path, { output: OUTPUT }, tokens.host);
    const { url } = await must<PushUrlView>('POST', `${path}/push-url`, undefined, tokens.host);
    const push = await startPush({ ...ENCODER, url });
    const viewer = new SteadyViewer(() => playback(cluster, path, tokens.guest));
    const invitation = await must<InvitationView>(
      'POST',
      `${path}/co-host/invitations`,
      { kind: 'apply' },
      tokens.guest,
    );
    const accept = `/v1/co-host/invitations/${invitation.id}/accept`;
    const { session } = await must<AcceptView>('POST', accept, undefined, tokens.host);
    const members = [tokens.host, tokens.guest].map((token) =>
      memberOf(cluster, session.conferenceId, token),
    );
    const show = new Show(cluster, id, tokens, session.id, viewer, members);
    await until(async () => (await show.session())?.state === 'live', STEADY_TIMEOUT_MS);
    await push.stop();
    await show.steady();
    return show;
  }

  async session(): Promise<CoHostView | null> {
    const answer = await anyApi<CoHostView>(this.cluster, 'GET', `${this.path}/co-host`, this.tokens.host);
    return answer?.status === 200 ? answer.body : null;
  }

  /** The media node that the channel is on, by the address of its playback. */
  async node(): Promise<ClusterNode> {
    return this.nodeAt((await playback(this.cluster, this.path, this.tokens.guest)) ?? '');
  }

  /** The media node that the call is on. */
  callNode(): ClusterNode {
    return this.nodeAt(this.members[0]!.url);
  }

  async mixTask(): Promise<MixTaskView> {
    const id = (await this.session())?.mixTaskId;
    const answer = await anyApi<MixTaskView>(this.cluster, 'GET', `/v1/mix-tasks/${id}`, this.tokens.host);
    if (answer?.status !== 200) throw new Error('the mix task can’t be read');
    return answer.body;
  }

  /** Resolves when everything runs, everybody is in the call, and pictures come evenly. */
  async steady(): Promise<void> {
    await until(() => this.isSteady(), STEADY_TIMEOUT_MS);
    const from = performance.now();
    await until(async () => {
      const now = performance.now();
      const since = Math.max(from, now - STEADY_MS);
      return (
        now - from >= STEADY_MS && this.viewer.largestGapSince(since) < SMOOTH_MS && (await this.isSteady())
      );
    }, STEADY_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    await this.viewer.stop();
    await Promise.all(this.members.map((member) => member.stop()));
  }

  private nodeAt(url: string): ClusterNode {
    const { port } = new URL(url);
    const node = this.cluster.nodes.find(({ process }) => process.env.MEDIA_HTTP_PORT === port);
    if (!node) throw new Error(`no node serves ${url}`);
    return node;
  }

  private get path(): string {
    return `/v1/channels/${this.channelId}`;
  }

  private async isSteady(): Promise<boolean> {
    try {
      const session = await this.session();
      const onAir = session?.members.filter(({ state }) => state === 'on-air').length;
      if (session?.state !== 'live' || onAir !== 2) return false;
      return (await this.mixTask()).state === 'running' && (await this.cluster.isWhole());
    } catch {
      return false;
    }
  }
}

/** The first API that answers; null where none does. */
async function anyApi<T>(
  cluster: Cluster,
  method: string,
  path: string,
  token: string,
): Promise<Reply<T> | null> {
  for (const api of cluster.apis) {
    const url = cluster.urlOf(api) + path;
    const answer = await send<T>(method, url, { token, timeoutMs: PATIENCE_MS }).catch(() => null);
    if (answer && answer.status < 500) return answer;
  }
  return null;
}

async function playback(cluster: Cluster, path: string, token: string): Promise<string | null> {
  const answer = await anyApi<PlaybackView>(cluster, 'GET', `${path}/playback`, token);
  return answer?.status === 200 ? answer.body.flv : null;
}

function memberOf(cluster: Cluster, conferenceId: string, token: string): SteadyMember {
  const join = async () => {
    const answer = await anyApi<JoinView>(cluster, 'POST', `/v1/conferences/${conferenceId}/members`, token);
    return answer && answer.status < 300 ? answer.body : null;
  };
  const urls = cluster.apis.map((api) => cluster.urlOf(api));
  return new SteadyMember({ conferenceId, token, urls, join });
}
