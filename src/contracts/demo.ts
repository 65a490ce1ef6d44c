/** GET /v1/demo (admin): synthetic people on the air, for who has no camera at hand. */
export interface DemoView {
  running: boolean;
  channelId: string | null;
}
/** POST /v1/demo (admin) starts one, DELETE ends it. */
export interface DemoStarted {
  channelId: string;
}
