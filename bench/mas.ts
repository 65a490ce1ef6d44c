/**
 * What MAS costs and how much it delays. CPU of a MAS in a process of its own, by process.cpuUsage: 9 senders of 150
 * packets a second in another process, first without receivers, then with everybody receiving everybody (72 streams
 * out). The same for a peer that only passes packets from transport to transport (mas-bare.ts): the upper limit.
 * Delay: a canvas with the time, Chromium → MAS → the same Chromium. MAS_TRANSPORT (or the first argument) selects
 * the adapter.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser } from '../test/support/browser/browser';
import { joinToken } from '../test/support/webrtc/mas';
import { glassToGlass } from './support/glass-to-glass-page';

const SENDERS = 9;
const PACKETS_PER_SECOND = 150;
const WARM_UP_MS = 4000;
const MEASURE_MS = 10_000;
const GLASS_SECONDS = 10;

async function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answer = once(child, 'message') as Promise<[T]>;
  child.send(question);
  return (await answer)[0];
}

async function start<T>(file: string, args: string[]): Promise<{ child: ChildProcess; hello: T }> {
  const child = fork(join(__dirname, 'children', file), args);
  const [hello] = (await once(child, 'message')) as [T];
  return { child, hello };
}

interface Load {
  /** µs of CPU a second */
  cpuPerSecond: number;
  packetsIn: number;
  packetsOut: number;
}

/** CPU and packets a second while the senders run. */
async function measure(node: ChildProcess, url: string, receive: boolean): Promise<Load> {
  const { child: senders } = await start('mas-senders.js', [url, String(SENDERS), receive ? 'receive' : '']);
  await sleep(WARM_UP_MS);
  type Cpu = { cpuUs: number; atMs: number };
  type Count = { sent: number; received: number };
  const [cpu0, count0] = [await ask<Cpu>(node, 'cpu'), await ask<Count>(senders, 'count')];
  await sleep(MEASURE_MS);
  const [cpu1, count1] = [await ask<Cpu>(node, 'cpu'), await ask<Count>(senders, 'count')];
  const ended = once(senders, 'exit');
  senders.send('end');
  await ended;
  const seconds = (cpu1.atMs - cpu0.atMs) / 1000;
  return {
    cpuPerSecond: (cpu1.cpuUs - cpu0.cpuUs) / seconds,
    packetsIn: (count1.sent - count0.sent) / seconds,
    packetsOut: (count1.received - count0.received) / seconds,
  };
}

async function measureGlass(url: string, pageUrl: string): Promise<number[]> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(pageUrl);
    await page.waitForFunction('window.ready');
    const tokens = ['glass1', 'glass2'].map((id) => joinToken(id, { conferenceId: 'glass' }));
    const argument = JSON.stringify({ url, tokens, seconds: GLASS_SECONDS });
    const delays = await page.evaluate<number[]>(`(${glassToGlass})(${argument})`);
    return delays.sort((a, b) => a - b);
  } finally {
    await browser.close();
  }
}

const round = (value: number | undefined, digits = 1): number => Number((value ?? NaN).toFixed(digits));

interface Costs {
  cpuUsPerPacketIn: number;
  cpuUsPerPacketOut: number;
  streamsPerCore: number;
}

async function measureCosts(node: ChildProcess, url: string): Promise<Costs> {
  const alone = await measure(node, url, false);
  const all = await measure(node, url, true);
  console.error(JSON.stringify({ alone, all }));
  const cpuUsPerPacketIn = alone.cpuPerSecond / alone.packetsIn;
  const forOutgoing = all.cpuPerSecond - cpuUsPerPacketIn * all.packetsIn;
  return {
    cpuUsPerPacketIn: round(cpuUsPerPacketIn),
    cpuUsPerPacketOut: round(forOutgoing / all.packetsOut),
    // By what arrived, plus its share of receiving: every stream in goes out eight times.
    streamsPerCore: Math.round(all.packetsOut / PACKETS_PER_SECOND / (all.cpuPerSecond / 1e6)),
  };
}

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const transport = args[0] ?? process.env['MAS_TRANSPORT'] ?? 'node-datachannel';
  type Hello = { url: string; pageUrl: string };
  const peer = await start<Hello>('mas-node.js', [transport, 'bare']);
  const bare = await measureCosts(peer.child, peer.hello.url);
  peer.child.disconnect();
  const { child, hello } = await start<Hello>('mas-node.js', [transport]);
  const ours = await measureCosts(child, hello.url);
  const delays = await measureGlass(hello.url, hello.pageUrl);
  child.disconnect();
  return {
    transport,
    ...ours,
    bareStreamsPerCore: bare.streamsPerCore,
    ofBare: round(ours.streamsPerCore / bare.streamsPerCore, 2),
    glassP50Ms: round(delays[Math.floor(delays.length * 0.5)], 0),
    glassP95Ms: round(delays[Math.floor(delays.length * 0.95)], 0),
  };
}
