#!/usr/bin/env node
/**
 * Stands in front of Firefox for Playwright, which starts it as if it were Firefox itself: what this version doesn't know
 * yet of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) is answered as done. That is emulation of dark colours and
 * the like, which Playwright asks of every new page. FIREFOX is the browser to start.
 */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { WebSocket, WebSocketServer } = require('ws');

const firefox = spawn(process.env.FIREFOX, process.argv.slice(2), { stdio: ['ignore', 'ignore', 'pipe'] });
firefox.on('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => firefox.kill(signal));
process.on('exit', () => firefox.kill());

firefox.stderr.setEncoding('utf8').on('data', (text) => {
  const address = /WebDriver BiDi listening on (ws:\S+)/.exec(text)?.[1];
  if (address) void listen(address);
  else process.stderr.write(text);
});

async function listen(address) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket, request) => void connect(socket, address + request.url));
  console.error(`WebDriver BiDi listening on ws://127.0.0.1:${server.address().port}`);
}

async function connect(socket, address) {
  const browser = new WebSocket(address, { maxPayload: 0 });
  const opened = once(browser, 'open');
  socket.on('message', (data) => void opened.then(() => browser.send(String(data))));
  browser.on('message', (data) => socket.send(answer(String(data))));
  // Nobody else would end it where the test's process died.
  socket.on('close', () => firefox.kill());
  browser.on('close', () => socket.close());
}

function answer(text) {
  const { id, error } = JSON.parse(text);
  return error === 'unknown command' ? JSON.stringify({ type: 'success', id, result: {} }) : text;
}
