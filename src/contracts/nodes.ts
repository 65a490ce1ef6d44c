/** /v1/nodes (admin) */
export interface NodeView {
  id: string;
  mediaUrl: string;
  rtmpUrl: string;
  alive: boolean;
  conferences: number;
  channels: number;
  viewers: number;
  lastSeenAt: string;
}
