/** Share links, and the visitors who come by them without an account. */
import type { TokenView } from './auth';

/** `open`: who has the channel's share link may watch without an account. `members`: nobody may; the link is of no use. */
export type ChannelAccess = 'open' | 'members';

/**
 * /v1/channels/:id/share-link (owner, admin): POST makes a new one, which voids the one before, and ends the visits by
 * it · GET · DELETE.
 */
export interface ShareLinkView {
  /** The address that anybody may open: the pages' own at PUBLIC_URL. */
  url: string;
  /** What pages of your own send to POST /v1/visits. */
  code: string;
  createdAt: string;
}

/** POST /v1/visits (anyone). */
export interface VisitCreate {
  code: string;
  /** VisitView.renewal of an earlier visit, to any channel: the visitor is the same person again. One that isn't good is ignored. */
  renewal?: string;
}
/** POST /v1/visits/name (a visitor): who they are, for the chat, likes and applications. It may be another one later. */
export interface VisitName {
  name: string;
}
/** Its user is a visitor (`user.id` begins with `guest-`), whose name is '' until they have given one. */
export interface VisitView extends TokenView {
  channelId: string;
  /** To be kept by the page, for 30 days at most: it makes the visitor the same person next time. */
  renewal: string;
}
