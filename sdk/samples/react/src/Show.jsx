import { useEffect, useRef } from 'react';
import { engines } from '../../engines.js';
import { Guest } from './Guest.jsx';
import { Host } from './Host.jsx';
import { useReadable } from './lianmai.js';

export function Show({ show, run }) {
  const { lianmai, isHost, room, call } = show;
  const source = useReadable(room.source);
  const messages = useReadable(room.chat.messages);
  const state = useReadable(call.state);
  const callProblem = useReadable(call.problem);
  const seat = useReadable(call.seat);
  const microphone = useReadable(call.microphone);
  const local = useReadable(call.local);
  const remotes = useReadable(call.remotes);
  const video = useRef(null);
  useEffect(() => {
    const player = lianmai.player(room, { video: video.current, engines, muted: isHost });
    // Who is in the call sees the others there, sooner, and would hear them twice.
    const follow = () => player.want(call.state.value !== 'connected');
    follow();
    const end = call.state.subscribe(follow);
    return () => {
      end();
      player.close();
    };
  }, [lianmai, isHost, room, call]);

  return (
    <main>
      <p>
        On the air: <b id="source">{source}</b>. Call: <b id="call-state">{state}</b> {callProblem?.code}
      </p>
      <video id="player" ref={video} playsInline controls />
      <div id="tiles">
        {local && <Tile stream={local} muted />}
        {[...remotes].map(([userId, stream]) => (
          <Tile key={userId} stream={stream} />
        ))}
      </div>

      {seat && (
        <p id="in-call">
          <button id="microphone" onClick={() => run(() => call.setMicrophone(!microphone))}>
            {microphone ? 'Mute' : 'Unmute'}
          </button>
          <button id="leave" onClick={() => run(() => call.leave())}>
            Leave the call
          </button>
        </p>
      )}
      {isHost ? <Host show={show} run={run} /> : !seat && <Guest show={show} run={run} />}

      <ul id="messages">
        {messages.map(({ seq, kind, name, text }) => (
          <li key={seq}>{kind === 'user' ? `${name}: ${text}` : text}</li>
        ))}
      </ul>
      <form id="say" action={(form) => run(() => room.chat.send(form.get('text')))}>
        <input name="text" placeholder="Say something" required />
        <button>Send</button>
      </form>
    </main>
  );
}

function Tile({ stream, muted = false }) {
  const video = useRef(null);
  useEffect(() => {
    video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} muted={muted} autoPlay playsInline />;
}
