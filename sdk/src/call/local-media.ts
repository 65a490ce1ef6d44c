import { LianmaiError } from '../errors';
import type { Platform } from '../platform';

/** Enough for a tile of a 720p mix; the MAS asks browsers for less where bandwidth is short. */
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 640 },
  height: { ideal: 360 },
  frameRate: { ideal: 25, max: 30 },
};
const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** Which devices are wanted; the browser's own choice where nothing is said. */
export interface MediaWish {
  /** No camera. */
  audioOnly?: boolean;
  /** `deviceId` of a MediaDeviceInfo. Where that one is gone, another is taken. */
  cameraId?: string;
  microphoneId?: string;
}
export type TrackKind = 'audio' | 'video';

/** What is asked of the devices. */
export function requestOf(
  kinds: readonly TrackKind[],
  { cameraId, microphoneId }: MediaWish = {},
): MediaStreamConstraints {
  return {
    audio: kinds.includes('audio') && preferring(AUDIO, microphoneId),
    video: kinds.includes('video') && preferring(VIDEO, cameraId),
  };
}

/**
 * Asks the person for microphone and camera.
 * @throws LianmaiError camera_refused | camera_absent | camera_busy | insecure_context
 */
export async function askForMedia(
  { mediaDevices: devices }: Pick<Platform, 'mediaDevices'>,
  wish: MediaWish = {},
): Promise<MediaStream> {
  if (!devices) throw LianmaiError.local('insecure_context');
  try {
    return await devices.getUserMedia(requestOf(wish.audioOnly ? ['audio'] : ['audio', 'video'], wish));
  } catch (error) {
    throw mediaProblem(error);
  }
}

function preferring(constraints: MediaTrackConstraints, deviceId = ''): MediaTrackConstraints {
  return deviceId ? { ...constraints, deviceId: { ideal: deviceId } } : constraints;
}

/** What a failed getUserMedia means for the person in front of it (Media Capture and Streams §10.2). */
export function mediaProblem(error: unknown): LianmaiError {
  switch ((error as { name?: string } | null)?.name) {
    case 'NotFoundError':
    case 'OverconstrainedError':
      return LianmaiError.local('camera_absent');
    case 'NotReadableError':
    case 'AbortError':
      return LianmaiError.local('camera_busy');
    default:
      return LianmaiError.local('camera_refused');
  }
}

export function stopMedia(stream: MediaStream | null | undefined): void {
  stream?.getTracks().forEach((track) => track.stop());
}
