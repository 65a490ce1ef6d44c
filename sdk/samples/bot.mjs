/**
 * A bot that hosts: whoever applies is taken on the air, as long as there is a seat, and is greeted.
 *
 *   LIANMAI_API_KEY=… node bot.mjs CHANNEL_ID HOST_ID [ADDRESS]
 */
import { Lianmai, LianmaiError } from '@lianmai/client';
import { LianmaiServer } from '@lianmai/client/server';

const [channelId, userId, url = 'http://localhost:8080'] = process.argv.slice(2);
if (!channelId || !userId) throw new Error('node bot.mjs CHANNEL_ID HOST_ID [ADDRESS]');

const server = new LianmaiServer({ url, apiKey: process.env.LIANMAI_API_KEY ?? '' });
const lianmai = new Lianmai({
  url,
  token: async () => (await server.mintToken({ userId, name: 'The host’s bot' })).token,
});
const room = lianmai.room(channelId);
const invitations = lianmai.invitations(channelId);
let busy = Promise.resolve();

invitations.queue.subscribe((queue) => {
  for (const { id, userName } of queue) busy = busy.then(() => accept(id, userName));
});

async function accept(id, name) {
  try {
    await invitations.accept(id);
    await room.chat.send(`Welcome, ${name}!`);
    console.log(`accepted ${name}`);
  } catch (error) {
    // Answered by somebody else, or no seat is free: it stays in the queue.
    console.log(`${name}: ${LianmaiError.of(error).code}`);
  }
}

process.once('SIGINT', () => {
  invitations.close();
  room.leave();
  lianmai.close();
  server.close();
});
console.log(`waiting for applications to ${channelId}`);
