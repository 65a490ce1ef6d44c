/** Watch, chat, apply, be in the call, host: without a framework. */
import { canvasMix } from '@lianmai/client/mix';
import { engines } from '../engines.js';
import { enter } from '../enter.js';

const $ = (id) => document.getElementById(id);

onSubmit('login', async ({ userId, hostId }) => {
  open(await enter(userId, hostId));
  $('login').hidden = true;
  $('show').hidden = false;
});

function open(show) {
  const { lianmai, isHost, room, call } = show;
  const player = lianmai.player(room, { video: $('player'), engines, muted: isHost });
  follow(room.source, (source) => ($('source').textContent = source));
  follow(room.chat.messages, showMessages);
  onSubmit('say', ({ text }) => room.chat.send(text));

  follow(call.state, (state) => {
    $('call-state').textContent = state;
    // Who is in the call sees the others there, sooner, and would hear them twice.
    player.want(state !== 'connected');
  });
  follow(call.problem, showProblem);
  follow(call.seat, (seat) => ($('in-call').hidden = !seat));
  follow(call.microphone, (on) => ($('microphone').textContent = on ? 'Mute' : 'Unmute'));
  for (const streams of [call.local, call.remotes]) {
    follow(streams, () => showTiles(call.local.value, call.remotes.value));
  }
  onClick('microphone', () => call.setMicrophone(!call.microphone.value));
  onClick('leave', () => call.leave());

  if (isHost) host(show);
  else guest(show);
}

function guest({ lianmai, invitations, call }) {
  $('for-viewer').hidden = false;
  follow(call.seat, (seat) => ($('apply').hidden = seat !== null));
  follow(invitations.pending, (pending) => ($('apply').disabled = pending.length > 0));
  onClick('apply', async () => {
    // The person allows the devices now; the call takes them when the host accepts.
    call.prepare(await lianmai.askForMedia());
    await invitations.apply();
  });
  invitations.on('answered', ({ state }) => state !== 'accepted' && call.discard());
}

function host({ lianmai, coHosting, invitations, call }) {
  $('for-host').hidden = false;
  const push = lianmai.hostPush(coHosting.channelId);
  // Where the channel's mixing mode is `client`, this page makes the mix.
  lianmai.mixPush(coHosting, call, { mixer: canvasMix });
  follow(push.state, (state) => ($('push-state').textContent = state));
  follow(push.problem, showProblem);
  follow(coHosting.active, (session) => ($('end').hidden = session === null));
  onClick('go-live', () => push.start());
  onClick('stop', () => push.stop());
  onClick('end', () => coHosting.end());

  const accept = async (id) => {
    call.claimCall();
    coHosting.told(await invitations.accept(id));
  };
  follow(invitations.queue, (queue) => {
    $('queue').replaceChildren(
      ...queue.map(({ id, userName }) => {
        const row = document.createElement('li');
        row.append(
          `${userName} asks to come on the air `,
          button('Accept', () => accept(id)),
          button('Reject', () => invitations.reject(id)),
        );
        return row;
      }),
    );
  });
}

/** Now, and at each change. */
function follow(readable, show) {
  show(readable.value);
  readable.subscribe(show);
}

function showMessages(messages) {
  $('messages').replaceChildren(
    ...messages.map(({ kind, name, text }) => {
      const line = document.createElement('li');
      line.textContent = kind === 'user' ? `${name}: ${text}` : text;
      return line;
    }),
  );
}

/** A tile stays the same element as long as its person is there. */
function showTiles(local, remotes) {
  const streams = new Map(remotes);
  if (local) streams.set('', local);
  for (const tile of [...$('tiles').children]) if (!streams.has(tile.dataset.userId)) tile.remove();
  for (const [userId, stream] of streams) {
    const shown = [...$('tiles').children].find((tile) => tile.dataset.userId === userId);
    const tile = shown ?? document.createElement('video');
    Object.assign(tile, { autoplay: true, playsInline: true, muted: stream === local });
    tile.dataset.userId = userId;
    if (tile.srcObject !== stream) tile.srcObject = stream;
    if (!shown) $('tiles').append(tile);
  }
}

function showProblem(error) {
  $('problem').textContent = error ? (error.code ?? error.message) : '';
}

async function run(work) {
  showProblem(null);
  await Promise.resolve().then(work).catch(showProblem);
}
function onClick(id, work) {
  $(id).addEventListener('click', () => run(work));
}
function onSubmit(id, work) {
  $(id).addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    run(() => work(fields));
    if (id === 'say') event.target.reset();
  });
}
function button(text, work) {
  const made = document.createElement('button');
  made.textContent = text;
  made.addEventListener('click', () => run(work));
  return made;
}
