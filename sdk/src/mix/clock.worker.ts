/** Ticks for a page that may be in the background: timers of a worker go on there, those of the page don't. */
let timer: ReturnType<typeof setInterval> | undefined;

self.onmessage = ({ data }: MessageEvent<{ periodMs: number }>) => {
  clearInterval(timer);
  timer = setInterval(() => self.postMessage(null), data.periodMs);
};
