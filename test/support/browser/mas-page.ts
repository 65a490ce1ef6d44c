/** A page that joins through the real browser client and measures what it sees and hears. Plain text: no bundler. */
export const masPage = String.raw`<!doctype html><title>mas</title><body><script type="module">
import { MasClient } from '/src/call/mas-client';
const shown = new Map();
const log = [];
let context;
const nameOf = (memberId, source) => source === 'screen' ? memberId + ' screen' : memberId;
const entry = (memberId) => {
  if (!shown.has(memberId)) {
    const video = document.createElement('video');
    video.autoplay = true; video.muted = true; video.playsInline = true;
    video.srcObject = new MediaStream();
    document.body.append(video);
    shown.set(memberId, { video, frames: 0, maxGap: 0, last: 0, kinds: {} });
    const it = shown.get(memberId);
    const frame = (now) => {
      if (it.last) it.maxGap = Math.max(it.maxGap, now - it.last);
      it.last = now; it.frames++;
      video.requestVideoFrameCallback(frame);
    };
    video.requestVideoFrameCallback(frame);
  }
  return shown.get(memberId);
};
// What the client prefers, turned round.
const prefer = (name) => {
  const { setCodecPreferences } = RTCRtpTransceiver.prototype;
  RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
    setCodecPreferences.call(this, codecs.filter((codec) => codec.mimeType === 'video/' + name));
  };
};
window.page = {
  log, client: null, offers: 0,
  async join(url, tokens, media = true, size = { width: 320, height: 240 }, video = 'H264') {
    if (video !== 'H264') prefer(video);
    const client = new MasClient({ getAccess: async () => ({ url, token: tokens.length > 1 ? tokens.shift() : tokens[0] }) });
    this.client = client;
    client.on('state', (s) => log.push({ ...s, at: performance.now() }));
    client.on('members', (m) => { this.members = m; });
    client.on('remote-track', ({ memberId, kind, source, track }) => {
      const it = entry(nameOf(memberId, source));
      it.kinds[kind] = true;
      it.video.srcObject.addTrack(track);
      void it.video.play().catch(() => {});
      if (kind === 'audio') {
        context ??= new AudioContext();
        it.analyser = context.createAnalyser();
        it.analyser.fftSize = 8192;
        context.createMediaStreamSource(new MediaStream([track])).connect(it.analyser);
      }
    });
    client.on('remote-track-gone', ({ memberId, kind, source, track }) => {
      const it = entry(nameOf(memberId, source));
      it.kinds[kind] = false;
      it.video.srcObject.removeTrack(track);
    });
    if (media) {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
        video: size,
      });
      await client.publish(stream);
    }
    client.connect();
  },
  // A plain picture with a mark that runs along its lower edge.
  async share(color) {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const c = canvas.getContext('2d');
    let step = 0;
    const paint = () => {
      c.fillStyle = color; c.fillRect(0, 0, 640, 360);
      c.fillStyle = '#fff'; c.fillRect((step++ * 8) % 640, 350, 8, 8);
    };
    paint();
    this.painting = setInterval(paint, 100);
    [this.screen] = canvas.captureStream(10).getVideoTracks();
    await this.client.shareScreen(this.screen);
  },
  async unshare() {
    clearInterval(this.painting);
    this.screen.stop();
    await this.client.shareScreen(null);
  },
  state() { return this.client.state; },
  kinds(memberId) { return shown.get(memberId)?.kinds ?? {}; },
  frames(memberId) { const it = shown.get(memberId); return it ? { frames: it.frames, maxGap: it.maxGap } : { frames: 0, maxGap: 0 }; },
  resetGap(memberId) { const it = shown.get(memberId); it.maxGap = 0; it.last = performance.now(); },
  height(memberId) { return shown.get(memberId)?.video.videoHeight ?? 0; },
  color(memberId) {
    const it = shown.get(memberId);
    if (!it || !it.video.videoWidth) return null;
    const canvas = document.createElement('canvas'); canvas.width = 16; canvas.height = 16;
    const c = canvas.getContext('2d'); c.drawImage(it.video, 0, 0, 16, 16);
    return [...c.getImageData(8, 6, 1, 1).data].slice(0, 3);
  },
  tone(memberId) {
    const it = shown.get(memberId);
    if (!it?.analyser) return null;
    const bins = new Float32Array(it.analyser.frequencyBinCount);
    it.analyser.getFloatFrequencyData(bins);
    let best = 0; bins.forEach((v, i) => { if (v > bins[best]) best = i; });
    return { hz: best * context.sampleRate / it.analyser.fftSize, db: bins[best] };
  },
  async setLayer(rid, active) {
    const [sender] = this.client.connections.pub.getSenders().filter((each) => each.track.kind === 'video');
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) if (encoding.rid === rid) encoding.active = active;
    await sender.setParameters(parameters);
  },
  async stats(side) {
    const all = await Promise.all([this.client.connections[side]].flat().map((pc) => pc.getStats()));
    return all.flatMap((report) => [...report.values()]);
  },
};
window.MasClient = MasClient;
window.ready = true;
</script>`;
