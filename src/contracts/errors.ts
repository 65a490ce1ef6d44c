/** RFC 9457 problem details; `code` is stable and is what clients branch on (catalogue: src/platform/common/errors.ts). */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  instance?: string;
  /** Values the message was made of, e.g. `{ channelId }`. */
  args?: Record<string, string | number>;
}
