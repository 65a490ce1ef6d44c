/** The host goes live from this browser: camera and microphone, pushed to the channel by WHIP. */
import { lianmai } from '../../app/lianmai';
import { follow, own } from '../../app/readable';

export function useBrowserPush(channelId: string) {
  const push = own(lianmai.hostPush(channelId));
  return {
    state: follow(push.state),
    running: follow(push.running),
    problem: follow(push.problem),
    /** What is published. */
    media: follow(push.media),
    publish: (media: MediaStream) => push.publish(media),
    replaceTrack: (track: MediaStreamTrack) => push.replaceTrack(track),
    connection: () => push.connection,
    stop: () => push.stop(),
  };
}

export type BrowserPush = ReturnType<typeof useBrowserPush>;
