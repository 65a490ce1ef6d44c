/** `4.2`, in Mb/s. @param bitrate bit/s */
export const megabit = (bitrate: number): string => (bitrate / 1e6).toFixed(1);
