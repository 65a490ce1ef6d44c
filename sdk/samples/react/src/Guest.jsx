import { useEffect } from 'react';
import { useReadable } from './lianmai.js';

export function Guest({ show: { lianmai, invitations, call }, run }) {
  const pending = useReadable(invitations.pending);
  useEffect(
    () => invitations.on('answered', ({ state }) => state !== 'accepted' && call.discard()),
    [invitations, call],
  );
  const apply = async () => {
    // The person allows the devices now; the call takes them when the host accepts.
    call.prepare(await lianmai.askForMedia());
    await invitations.apply();
  };

  return (
    <p>
      <button id="apply" disabled={pending.length > 0} onClick={() => run(apply)}>
        Ask to come on the air
      </button>
    </p>
  );
}
