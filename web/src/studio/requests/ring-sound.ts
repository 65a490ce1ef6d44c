/** Two soft tones, one after the other, Hz. */
const TONES = [660, 880];
const TONE_S = 0.18;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

/** Before the first click on the page browsers keep it silent. */
export function ring(): void {
  context ??= new AudioContext();
  void context.resume();
  TONES.forEach((frequency, n) => {
    const at = context!.currentTime + n * TONE_S;
    const tone = new OscillatorNode(context!, { frequency });
    const gain = new GainNode(context!, { gain: 0 });
    gain.gain.setValueAtTime(LOUDNESS, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
    tone.connect(gain).connect(context!.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  });
}
