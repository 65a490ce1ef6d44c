import type { FakeMediaOptions } from './fake-camera';

/**
 * For pages of a browser whose camera and microphone can't be files: a plain picture with a mark that runs along its
 * lower edge, and a tone. The browser is asked for real devices first, so what it makes of the page's wishes counts.
 */
export function paintedCamera({
  color,
  width = 320,
  height = 240,
  fps = 30,
}: Omit<FakeMediaOptions, 'tone'>): string {
  return `
    const devices = navigator.mediaDevices;
    const original = devices?.getUserMedia.bind(devices);
    const paint = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [${width}, ${height}];
      const context = canvas.getContext('2d');
      let pictures = 0;
      setInterval(() => {
        context.fillStyle = 'rgb(${color.join()})';
        context.fillRect(0, 0, ${width}, ${height});
        context.fillStyle = 'white';
        context.fillRect((pictures++ * 8) % ${width}, ${height - 16}, 16, 16);
      }, ${1000 / fps});
      return canvas.captureStream().getTracks();
    };
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    if (original) devices.getUserMedia = async (asked) => {
      const real = await original({ ...asked, audio: asked?.audio ? plain : false });
      real.getVideoTracks().forEach((track) => track.stop());
      return new MediaStream([...(asked.video ? paint() : []), ...real.getAudioTracks()]);
    };
  `;
}
