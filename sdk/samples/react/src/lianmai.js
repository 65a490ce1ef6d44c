import { useCallback, useState, useSyncExternalStore } from 'react';

/** Something of the client that changes, as components follow it. */
export function useReadable(readable) {
  const subscribe = useCallback((changed) => readable.subscribe(changed), [readable]);
  return useSyncExternalStore(subscribe, () => readable.value);
}

/** What went wrong last, and `run`: what a click does. */
export function useRun() {
  const [problem, setProblem] = useState('');
  const run = async (work) => {
    setProblem('');
    await Promise.resolve()
      .then(work)
      .catch((error) => setProblem(error.code ?? error.message));
  };
  return [problem, run];
}
