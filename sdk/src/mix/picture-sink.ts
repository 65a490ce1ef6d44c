/** From a canvas to a video track, frame by frame, whether the page is in front or not. */
export interface PictureSink {
  readonly track: MediaStreamTrack;
  /** The canvas as it is now is the next frame. */
  push(): void;
  /** Ends the track. */
  close(): void;
}

/** Chromium's own; not in TypeScript's library. https://w3c.github.io/mediacapture-transform/ */
type TrackGenerator = MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };
type Generators = { MediaStreamTrackGenerator?: new (init: { kind: 'video' }) => TrackGenerator };

export function pictureSink(canvas: HTMLCanvasElement): PictureSink {
  const { MediaStreamTrackGenerator: Generator } = globalThis as Generators;
  return Generator ? generated(canvas, new Generator({ kind: 'video' })) : captured(canvas);
}

function generated(canvas: HTMLCanvasElement, track: TrackGenerator): PictureSink {
  const writer = track.writable.getWriter();
  return {
    track,
    push: () => {
      // Where the encoder can't follow, a frame is left out.
      if ((writer.desiredSize ?? 0) <= 0) return;
      const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
      writer.write(frame).catch(() => frame.close());
    },
    close: () => {
      track.stop();
      writer.close().catch(() => undefined);
    },
  };
}

function captured(canvas: HTMLCanvasElement): PictureSink {
  const [track] = canvas.captureStream(0).getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  if (!track) throw new Error('this browser captures no canvas');
  return { track, push: () => track.requestFrame(), close: () => track.stop() };
}
