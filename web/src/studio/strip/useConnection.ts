import { useIntervalFn } from '@vueuse/core';
import { shallowRef } from 'vue';
import { type Connection, connectionOf, type Sample, sampleOf } from './connection';

const EVERY_MS = 2000;

/** How this page's connection is, while it sends; null: it sends nothing. */
export function useConnection(current: () => RTCPeerConnection | null) {
  const connection = shallowRef<Connection | null>(null);
  let of: RTCPeerConnection | null = null;
  let before: Sample | null = null;

  async function look(): Promise<void> {
    const pc = current();
    if (pc !== of) before = null;
    of = pc;
    if (!pc) return void (connection.value = null);
    const report = await pc.getStats().catch(() => null);
    if (!report || pc !== of) return;
    const sample = sampleOf(report.values() as Iterable<Record<string, unknown>>);
    connection.value = connectionOf(sample, before);
    before = sample;
  }
  useIntervalFn(() => void look(), EVERY_MS);
  return connection;
}
