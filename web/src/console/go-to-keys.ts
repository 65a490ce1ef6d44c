/** `G`, then a page's letter: goes there. */
import { onScopeDispose } from 'vue';
import { useShortcuts } from '../ui/shortcuts';
import { consolePages } from './pages';

/** How long after G the letter may come, ms. */
const WAIT_MS = 1500;

/** To be called in the setup of the console's frame. */
export function useGoToKeys(go: (path: string) => void): void {
  let until = 0;
  const onKey = (event: KeyboardEvent): void => {
    if (event.timeStamp > until) return;
    until = 0;
    const page = consolePages.find(({ key }) => key === event.key.toLowerCase());
    if (!page) return;
    event.stopPropagation();
    event.preventDefault();
    go(page.path);
  };
  // Before the letters of the page itself.
  addEventListener('keydown', onKey, { capture: true });
  onScopeDispose(() => removeEventListener('keydown', onKey, { capture: true }));
  useShortcuts([{ key: 'g', does: 'console.goToKeys', run: () => (until = performance.now() + WAIT_MS) }]);
}
