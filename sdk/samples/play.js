import mpegts from 'mpegts.js';

/** Again after a lost stream, ms. */
const AGAIN_MS = 1000;

/**
 * Plays a channel as long as it is on the air. A hand-over between the host's stream and the mix stays one stream.
 *
 * @param {HTMLVideoElement} video
 * @param {import('@lianmai/client').Lianmai} lianmai
 * @param {import('@lianmai/client').Room} room
 * @returns {() => void} to be called when it is enough
 */
export function play(video, lianmai, room) {
  let player = null;
  let timer = null;
  let turn = 0;

  async function start() {
    const mine = ++turn;
    // Addresses end after a while: fresh ones for each try.
    const addresses = await lianmai.api.playback(room.channelId).catch(() => null);
    if (mine !== turn) return;
    if (!addresses) return again();
    // Safari of iPhones has no MediaSource, and plays HLS itself.
    if (!mpegts.isSupported()) return void (video.src = addresses.hls);
    player = mpegts.createPlayer({ type: 'flv', isLive: true, url: addresses.flv }, { liveSync: true });
    player.on(mpegts.Events.ERROR, again);
    player.on(mpegts.Events.LOADING_COMPLETE, again);
    player.attachMediaElement(video);
    player.load();
    player.play()?.catch(() => undefined);
  }
  function again() {
    stop();
    timer = setTimeout(start, AGAIN_MS);
  }
  function stop() {
    turn++;
    clearTimeout(timer);
    player?.destroy();
    player = null;
  }
  function follow(source, before) {
    if (source === 'none') stop();
    else if (before === 'none') void start();
  }

  follow(room.source.value, 'none');
  const end = room.source.subscribe(follow);
  return () => {
    end();
    stop();
  };
}
