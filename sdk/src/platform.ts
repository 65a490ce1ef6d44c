/**
 * What a device offers and the client uses. Browsers have all of it as globals, and so has React Native after
 * `registerGlobals()` of its WebRTC library; Node ≥ 22 lacks WebRTC only. Whatever is given here is taken in their place.
 */
export interface Platform {
  fetch: typeof globalThis.fetch;
  WebSocket: typeof globalThis.WebSocket;
  RTCPeerConnection: typeof globalThis.RTCPeerConnection;
  MediaStream: typeof globalThis.MediaStream;
  /** For `getCapabilities`; without it codecs are offered as they come. */
  RTCRtpSender?: Pick<typeof globalThis.RTCRtpSender, 'getCapabilities'>;
  /** Without `getDisplayMedia` there is no sharing of screens; without `devicechange` a new device isn't noticed. */
  mediaDevices?: Pick<MediaDevices, 'getUserMedia'> &
    Partial<Pick<MediaDevices, 'getDisplayMedia' | 'addEventListener' | 'removeEventListener'>>;
}

/** The globals as they are when they are used, except those that are given. */
export function platformOf(given: Partial<Platform> = {}): Platform {
  const globals = globalThis as unknown as Platform & { navigator?: { mediaDevices?: MediaDevices } };
  return {
    get fetch() {
      return given.fetch ?? globals.fetch.bind(globalThis);
    },
    get WebSocket() {
      return given.WebSocket ?? globals.WebSocket;
    },
    get RTCPeerConnection() {
      return given.RTCPeerConnection ?? globals.RTCPeerConnection;
    },
    get MediaStream() {
      return given.MediaStream ?? globals.MediaStream;
    },
    get RTCRtpSender() {
      return given.RTCRtpSender ?? globals.RTCRtpSender;
    },
    get mediaDevices() {
      // Browsers hide the devices from pages without https.
      return given.mediaDevices ?? globals.navigator?.mediaDevices;
    },
  };
}
