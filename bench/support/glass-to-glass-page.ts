/** Runs in the page: a canvas that shows the time goes through MAS and is read back. Plain text: no bundler. */
export const glassToGlass = String.raw`async ({ url, tokens, seconds }) => {
  const BITS = 24, WIDTH = 640, HEIGHT = 360, cell = WIDTH / BITS;
  const canvas = document.createElement('canvas'); canvas.width = WIDTH; canvas.height = HEIGHT;
  const paint = canvas.getContext('2d');
  let hue = 0;
  const draw = () => {
    const now = Math.round(performance.now() * 4) % (1 << BITS);
    paint.fillStyle = 'hsl(' + (hue++ % 360) + ' 60% 50%)'; paint.fillRect(0, HEIGHT / 2, WIDTH, HEIGHT / 2);
    for (let bit = 0; bit < BITS; bit++) {
      paint.fillStyle = (now >> bit) & 1 ? '#fff' : '#000';
      paint.fillRect(bit * cell, 0, cell, HEIGHT / 2);
    }
  };
  const timer = setInterval(draw, 40);
  const sender = new MasClient({ getAccess: async () => ({ url, token: tokens[0] }) });
  await sender.publish(canvas.captureStream(25));
  sender.connect();
  const receiver = new MasClient({ getAccess: async () => ({ url, token: tokens[1] }) });
  const video = document.createElement('video'); video.muted = true; video.playsInline = true; document.body.append(video);
  const arrived = new Promise((resolve) => receiver.on('remote-track', ({ kind, track }) => kind === 'video' && resolve(track)));
  receiver.connect();
  video.srcObject = new MediaStream([await arrived]);
  await video.play();
  const read = new OffscreenCanvas(BITS, 1).getContext('2d', { willReadFrequently: true });
  const delays = [];
  const warm = performance.now() + 3000, end = warm + seconds * 1000;
  await new Promise((resolve) => {
    const frame = () => {
      const now = performance.now();
      read.drawImage(video, 0, HEIGHT / 8, WIDTH, HEIGHT / 4, 0, 0, BITS, 1);
      const pixels = read.getImageData(0, 0, BITS, 1).data;
      let stamp = 0;
      for (let bit = 0; bit < BITS; bit++) if (pixels[bit * 4] > 127) stamp |= 1 << bit;
      const delay = ((Math.round(now * 4) - stamp + (1 << BITS)) % (1 << BITS)) / 4;
      if (now > warm && delay < 10000) delays.push(delay);
      if (now > end) resolve(); else video.requestVideoFrameCallback(frame);
    };
    video.requestVideoFrameCallback(frame);
  });
  clearInterval(timer); sender.close(); receiver.close();
  return delays;
}`;
