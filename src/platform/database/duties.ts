/** What one process at a time does for all of them (LastingConnection.seekDuty). Numbers are for good. */
export const DUTIES = {
  /** Decides which media nodes are lost. */
  nodeLoss: 1,
  /** Removes what isn't kept any longer. */
  retention: 3,
} as const;
