/** A test picture and tone pushed to an RTMP address, in one line. */
export function ffmpegCommand(url: string): string {
  return [
    'ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=25 -f lavfi -i sine=frequency=440:sample_rate=48000',
    '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 50 -c:a aac -b:a 128k',
    `-f flv "${url}"`,
  ].join(' ');
}
