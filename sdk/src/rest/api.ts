import type {
  AcceptView,
  AvatarView,
  ChannelCreate,
  ChannelPatch,
  ChannelView,
  CoHostBanView,
  CoHostMemberPatch,
  CoHostPatch,
  CoHostView,
  ConferenceView,
  DemoStarted,
  DemoView,
  HandOverView,
  ImageView,
  InvitationCreate,
  InvitationView,
  JoinView,
  ListView,
  LoginLinkView,
  MixPreviewRequest,
  MixTaskView,
  PkAcceptView,
  PkInvitationCreate,
  PkMatchView,
  PlaybackView,
  PushUrlView,
  QualityMinuteView,
  QualityReport,
  RoomRestrictionCreate,
  RoomRestrictionView,
  ShareLinkView,
  TokenView,
  UserRole,
  VisitCreate,
  VisitView,
  WatchView,
} from '../contracts';
import type { Http } from './http';

const segment = encodeURIComponent;
const channel = (id: string) => `/v1/channels/${segment(id)}`;
const seat = (id: string, userId: string) => `${channel(id)}/co-host/members/${segment(userId)}`;

/** An answer that is held back takes so much longer at most, ms. */
const WATCH_ANSWER_MS = 5000;

/** The API by its operations (docs/api/openapi.json); every call throws LianmaiError. */
export function restApi(http: Http) {
  const request = http.request.bind(http);
  const list = async <T>(path: string) => (await request<ListView<T>>('GET', path)).items;

  return {
    /** Needs no token: a one-time code takes its place. */
    login: (code: string) => request<TokenView>('POST', '/v1/login', { code }, { signed: false }),
    createLoginLink: (link: { userId: string; name: string; role: UserRole }) =>
      request<LoginLinkView>('POST', '/v1/login-links', link),

    listChannels: async () => (await request<ListView<ChannelView>>('GET', '/v1/channels?limit=500')).items,
    getChannel: (id: string) => request<ChannelView>('GET', channel(id)),
    createChannel: (body: ChannelCreate) => request<ChannelView>('POST', '/v1/channels', body),
    patchChannel: (id: string, patch: ChannelPatch) => request<ChannelView>('PATCH', channel(id), patch),
    deleteChannel: (id: string) => request<void>('DELETE', channel(id)),
    pushUrl: (id: string) => request<PushUrlView>('POST', `${channel(id)}/push-url`),
    /** No key handed out so far is good any more, and who publishes with one is disconnected (owner, admin). */
    revokePushUrls: (id: string) => request<void>('DELETE', `${channel(id)}/push-url`),
    playback: (id: string) => request<PlaybackView>('GET', `${channel(id)}/playback`),
    /** What a player saw. Sent once, and also while the page goes. */
    reportQuality: (id: string, report: QualityReport) =>
      request<void>('POST', `${channel(id)}/quality`, report, { beacon: true }),

    /** The address by which anybody may watch, without an account. @throws LianmaiError share_link_not_found: there is none */
    getShareLink: (id: string) => request<ShareLinkView>('GET', `${channel(id)}/share-link`),
    /** Makes one; the one before is void, and who came by it is out. */
    renewShareLink: (id: string) => request<ShareLinkView>('POST', `${channel(id)}/share-link`),
    removeShareLink: (id: string) => request<void>('DELETE', `${channel(id)}/share-link`),
    /** Needs no token; see Visitor. */
    beginVisit: (body: VisitCreate) => request<VisitView>('POST', '/v1/visits', body, { signed: false }),
    nameVisitor: (name: string) => request<VisitView>('POST', '/v1/visits/name', { name }),

    /** What is on the air now, as a small JPEG. @param width pixels @throws LianmaiError no_picture, picture_broken */
    snapshot: (id: string, width: 160 | 320 | 640 = 320) =>
      http.file(`${channel(id)}/snapshot.jpg?width=${width}`),
    /** The changes of the channel's source, newest first, with what players saw of them; for its owner and admins. */
    listHandOvers: (id: string, limit = 50) => list<HandOverView>(`${channel(id)}/hand-overs?limit=${limit}`),
    /** What players saw, by minute, newest first; for its owner and admins. */
    listQuality: (id: string, limit = 60) => list<QualityMinuteView>(`${channel(id)}/quality?limit=${limit}`),

    listImages: (id: string) => list<ImageView>(`${channel(id)}/images`),
    /** @param file PNG or JPEG */
    addImage: (id: string, file: Blob) => request<ImageView>('POST', `${channel(id)}/images`, file),
    deleteImage: (id: string, imageId: string) =>
      request<void>('DELETE', `${channel(id)}/images/${segment(imageId)}`),
    getImage: (id: string, imageId: string) => http.file(`${channel(id)}/images/${segment(imageId)}`),
    /** This user's picture. @param file PNG or JPEG */
    setAvatar: (file: Blob) => request<AvatarView>('PUT', '/v1/me/avatar', file),
    deleteAvatar: () => request<void>('DELETE', '/v1/me/avatar'),

    /** The running session; nothing where there is none. */
    getCoHost: (id: string) => request<CoHostView | undefined>('GET', `${channel(id)}/co-host`),
    /** Layout and output of the mix that runs. */
    patchCoHost: (id: string, patch: CoHostPatch) =>
      request<CoHostView>('PATCH', `${channel(id)}/co-host`, patch),
    endCoHost: (id: string) => request<void>('DELETE', `${channel(id)}/co-host`),
    /** What a mix would look like, with test pictures: a PNG. */
    previewMix: (body: MixPreviewRequest) => http.fileFor('/v1/mix-tasks/preview', body),
    getMixTask: (id: string) => request<MixTaskView>('GET', `/v1/mix-tasks/${segment(id)}`),
    /** Client mixing: where this page pushes the mix that it makes. */
    mixPushUrl: (id: string) => request<PushUrlView>('POST', `${channel(id)}/co-host/mix-push-url`),
    /** Microphone, camera and seat: the host changes anybody's, guests their own. */
    patchSeat: (id: string, userId: string, patch: CoHostMemberPatch) =>
      request<CoHostView>('PATCH', seat(id, userId), patch),
    lockSeat: (id: string, number: number, locked: boolean) =>
      request<CoHostView>('PATCH', `${channel(id)}/co-host/seats/${number}`, { locked }),
    /** The host removes a guest, or a guest leaves. */
    vacateSeat: (id: string, userId: string) => request<void>('DELETE', seat(id, userId)),
    /** Removes a guest, who can't come back into this co-hosting. */
    banFromCoHost: (id: string, userId: string) =>
      request<CoHostBanView>('POST', `${channel(id)}/co-host/bans`, { userId }),
    listCoHostBans: (id: string) => list<CoHostBanView>(`${channel(id)}/co-host/bans`),
    unbanFromCoHost: (id: string, userId: string) =>
      request<void>('DELETE', `${channel(id)}/co-host/bans/${segment(userId)}`),

    muteInRoom: (id: string, body: RoomRestrictionCreate) =>
      request<RoomRestrictionView>('POST', `${channel(id)}/im/mutes`, body),
    listMutes: (id: string) => list<RoomRestrictionView>(`${channel(id)}/im/mutes`),
    unmuteInRoom: (id: string, userId: string) =>
      request<void>('DELETE', `${channel(id)}/im/mutes/${segment(userId)}`),
    banFromRoom: (id: string, body: RoomRestrictionCreate) =>
      request<RoomRestrictionView>('POST', `${channel(id)}/im/bans`, body),
    listBans: (id: string) => list<RoomRestrictionView>(`${channel(id)}/im/bans`),
    unbanFromRoom: (id: string, userId: string) =>
      request<void>('DELETE', `${channel(id)}/im/bans/${segment(userId)}`),

    listInvitations: async (id: string) =>
      (await request<ListView<InvitationView>>('GET', `${channel(id)}/co-host/invitations`)).items,
    /** Applications that wait, in order: the host gets all, viewers their own. */
    listQueue: (id: string) => list<InvitationView>(`${channel(id)}/co-host/queue`),
    createInvitation: (id: string, body: InvitationCreate) =>
      request<InvitationView>('POST', `${channel(id)}/co-host/invitations`, body),
    acceptInvitation: (id: string) =>
      request<AcceptView>('POST', `/v1/co-host/invitations/${segment(id)}/accept`),
    rejectInvitation: (id: string) =>
      request<InvitationView>('POST', `/v1/co-host/invitations/${segment(id)}/reject`),
    cancelInvitation: (id: string) =>
      request<InvitationView>('POST', `/v1/co-host/invitations/${segment(id)}/cancel`),

    /** The match on a channel; nothing where there is none. */
    getPk: (id: string) => request<PkMatchView | undefined>('GET', `${channel(id)}/pk`),
    endPk: (id: string) => request<void>('DELETE', `${channel(id)}/pk`),
    listChallenges: (id: string) => list<InvitationView>(`${channel(id)}/pk/invitations`),
    challenge: (id: string, body: PkInvitationCreate) =>
      request<InvitationView>('POST', `${channel(id)}/pk/invitations`, body),
    acceptChallenge: (id: string) =>
      request<PkAcceptView>('POST', `/v1/pk/invitations/${segment(id)}/accept`),
    rejectChallenge: (id: string) =>
      request<InvitationView>('POST', `/v1/pk/invitations/${segment(id)}/reject`),
    cancelChallenge: (id: string) =>
      request<InvitationView>('POST', `/v1/pk/invitations/${segment(id)}/cancel`),

    listConferences: async () =>
      (await request<ListView<ConferenceView>>('GET', '/v1/conferences?limit=500')).items,
    /** By id or number; asks for it to be put on the air, and waits a while for it to play. */
    watchConference: (id: string, waitMs: number) =>
      request<WatchView>('POST', `/v1/conferences/${segment(id)}/watch?waitMs=${waitMs}`, undefined, {
        timeoutMs: waitMs + WATCH_ANSWER_MS,
      }),
    /** How far that is; asks for nothing. */
    getWatch: (id: string) => request<WatchView>('GET', `/v1/conferences/${segment(id)}/watch`),
    joinConference: (id: string) => request<JoinView>('POST', `/v1/conferences/${segment(id)}/members`),

    getDemo: () => request<DemoView>('GET', '/v1/demo'),
    startDemo: () => request<DemoStarted>('POST', '/v1/demo'),
  };
}

export type RestApi = ReturnType<typeof restApi>;
