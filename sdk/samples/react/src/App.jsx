import { useState } from 'react';
import { enter } from '../../enter.js';
import { useRun } from './lianmai.js';
import { Show } from './Show.jsx';

export function App() {
  const [show, setShow] = useState(null);
  const [problem, run] = useRun();
  const open = (form) => run(async () => setShow(await enter(form.get('userId'), form.get('hostId'))));

  return (
    <>
      {!show && (
        <form id="login" action={open}>
          <input name="userId" placeholder="Who are you?" required />
          <input name="hostId" placeholder="Whose show is it?" required />
          <button>Enter</button>
        </form>
      )}
      <p id="problem" role="alert">
        {problem}
      </p>
      {show && <Show show={show} run={run} />}
    </>
  );
}
