/**
 * For the watch page: notes when pictures of whatever is on top at the middle of the stage are shown, and when its player
 * and the others' voices can be heard at once. `changeover.reset()`, then `changeover.seen()`.
 */
export const changeoverWatch = `
window.changeover = (() => {
  const LOUD = 0.01;
  /** What counts before and after a changeover, ms. */
  const AROUND_MS = 750;
  const stage = document.querySelector('[data-testid="stage"]');
  const player = document.querySelector('[data-testid="player"]');
  let times = [];
  let doubledMs = 0;
  const followed = new WeakSet();
  const ears = new Map();
  const context = new AudioContext();

  /** Which of the two lies on top; overlays aside. */
  const onTop = () => {
    const box = stage.getBoundingClientRect();
    const there = document.elementsFromPoint(box.x + box.width * 0.3, box.y + box.height * 0.45);
    const first = there.find((each) => each.tagName === 'VIDEO' || each.dataset.testid === 'call-layer');
    return first === player ? 'player' : first ? 'call' : 'none';
  };
  function follow(video) {
    if (followed.has(video)) return;
    followed.add(video);
    const shown = (now) => {
      const of = video === player ? 'player' : 'call';
      // What its callbacks change is painted with the picture: who is on top counts after them, in the same frame.
      requestAnimationFrame(() => {
        if (onTop() === of) times.push({ now, of });
      });
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }
  function listen(stream) {
    const track = stream && stream.getAudioTracks()[0];
    if (!track || ears.has(track)) return;
    const analyser = new AnalyserNode(context, { fftSize: 256 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    ears.set(track, analyser);
  }
  const isLoud = (analyser) => {
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length) > LOUD;
  };
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    for (const video of document.querySelectorAll('video')) {
      follow(video);
      if (video !== player && !video.muted) listen(video.srcObject);
    }
    for (const [track] of ears) if (track.readyState === 'ended') ears.delete(track);
    const hearsPlayer = !player.muted && !player.paused && player.volume > 0 && player.readyState > 2;
    if (hearsPlayer && [...ears.values()].some(isLoud)) doubledMs += now - last;
    last = now;
  }, 5);
  return {
    reset() {
      times = times.slice(-1);
      doubledMs = 0;
    },
    seen() {
      const shown = [...times].sort((a, b) => a.now - b.now);
      const gaps = shown.slice(1).map(({ now, of }, i) => ({ at: now, ms: now - shown[i].now, from: shown[i].of, to: of }));
      const change = gaps.find(({ from, to }) => from !== to);
      const counted = change ? gaps.filter(({ at }) => Math.abs(at - change.at) < AROUND_MS) : gaps;
      return { gapMs: Math.max(0, ...counted.map(({ ms }) => ms)), ofChangeMs: change ? change.ms : 0, doubledMs };
    },
  };
})();
`;
