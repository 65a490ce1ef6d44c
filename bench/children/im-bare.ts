/**
 * The peer of the IM benchmark: Socket.IO alone. It admits everybody and passes messages on, without tokens, database or
 * other processes.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { ChatMessage } from '../../src/contracts';

let seq = 0;
const http = createServer();
const server = new Server(http, { serveClient: false });
server.on('connection', (socket) => {
  socket.on('room:join', async ({ channelId }: { channelId: string }, ack: (answer: object) => void) => {
    await socket.join(channelId);
    ack({ ok: true, data: null });
  });
  socket.on('room:send', (sent: { channelId: string; text: string }, ack: (answer: object) => void) => {
    const message: ChatMessage = {
      ...{ ...sent, seq: ++seq, kind: 'user', event: null },
      ...{ userId: socket.id, name: socket.id, sentAt: new Date().toISOString() },
    };
    server.to(sent.channelId).emit('room:message', message);
    ack({ ok: true, data: message });
  });
});
process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
});
