import { useEffect, useState } from 'react';
import { canvasMix } from '@lianmai/client/mix';
import { useReadable } from './lianmai.js';

export function Host({ show: { lianmai, coHosting, invitations, call }, run }) {
  const [push] = useState(() => lianmai.hostPush(coHosting.channelId));
  useEffect(() => {
    // Where the channel's mixing mode is `client`, this page makes the mix.
    const mix = lianmai.mixPush(coHosting, call, { mixer: canvasMix });
    return () => mix.close();
  }, [lianmai, coHosting, call]);
  const state = useReadable(push.state);
  const problem = useReadable(push.problem);
  const session = useReadable(coHosting.active);
  const queue = useReadable(invitations.queue);
  const accept = async (id) => {
    call.claimCall();
    coHosting.told(await invitations.accept(id));
  };

  return (
    <>
      <p>
        Camera: <b id="push-state">{state}</b> {problem?.code}
        <button id="go-live" onClick={() => run(() => push.start())}>
          Go live
        </button>
        <button id="stop" onClick={() => push.stop()}>
          Stop
        </button>
        {session && (
          <button id="end" onClick={() => run(() => coHosting.end())}>
            End the co-hosting
          </button>
        )}
      </p>
      <ul id="queue">
        {queue.map(({ id, userName }) => (
          <li key={id}>
            {userName} asks to come on the air
            <button onClick={() => run(() => accept(id))}>Accept</button>
            <button onClick={() => run(() => invitations.reject(id))}>Reject</button>
          </li>
        ))}
      </ul>
    </>
  );
}
