/** Pressed on a page that has `recordsTiles`. */
export const RECORD_KEY = 'F9';

/**
 * For pages whose scripts may not be asked from outside, in browsers without an audio device, where WebAudio stands
 * still: a key records a second and a half of each tile, and leaves it in the tile's `data-recording` as a data: URL.
 */
export const recordsTiles = `
  const record = (tile) => {
    const stream = tile.querySelector('video')?.srcObject;
    if (!stream) return;
    const codecs = [...(stream.getVideoTracks().length > 0 ? ['vp8'] : []), ...(stream.getAudioTracks().length > 0 ? ['opus'] : [])];
    const mimeType = (codecs[0] === 'vp8' ? 'video' : 'audio') + '/webm;codecs=' + codecs;
    const recorder = new MediaRecorder(stream, { mimeType });
    recorder.ondataavailable = ({ data }) => {
      const reader = new FileReader();
      reader.onload = () => (tile.dataset.recording = reader.result);
      reader.readAsDataURL(data);
    };
    recorder.start();
    setTimeout(() => recorder.stop(), 1500);
  };
  addEventListener('keydown', ({ key }) => {
    if (key === '${RECORD_KEY}') document.querySelectorAll('[data-testid="tile"]').forEach(record);
  });
`;
