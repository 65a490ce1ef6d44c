/** GET /v1/demo (admin): synthetic people on the air, for a look without cameras. */
export interface DemoView {
  running: boolean;
  channelId: string | null;
}
/** POST /v1/demo (admin) starts one, DELETE ends it. */
export interface DemoStarted {
  channelId: string;
}
