/** What one process at a time does for all of them (LastingConnection.seekDuty). Numbers are for good. */
export const DUTIES = {
  /** Decides which media nodes are lost. */
  nodeLoss: 1,
  /** Removes what isn't kept any longer. */
  retention: 3,
  /** Sweeps of the rooms. */
  channelPins: 20,
  conferenceGrace: 21,
  mixTasks: 22,
  coHost: 23,
  pk: 24,
  bypassLive: 25,
  webhooks: 26,
  queues: 27,
  /** Writes down what the overview shows over time. */
  overview: 28,
} as const;
