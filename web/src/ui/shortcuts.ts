/** Keys that do something on a page, and what they do in words (`?` lists them). */
import { onScopeDispose, type Ref, shallowReactive } from 'vue';
import type { TextKey } from '../i18n/en';

export interface Shortcut {
  /** KeyboardEvent.key of one stroke, lower case. */
  key: string;
  does: TextKey;
  run: () => void;
}

/** Those of the page that is open, in the order in which its parts named them. */
export const shortcuts = shallowReactive<Shortcut[]>([]);

const TYPING = 'input, textarea, select, [contenteditable], [role="dialog"] *, dialog *';

function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  return target instanceof Element && target.matches(TYPING);
}

/** To be called in a component's setup: they end with it. None acts while somebody types, or with a modifier. */
export function useShortcuts(mine: Shortcut[], enabled?: Readonly<Ref<boolean>>): void {
  shortcuts.push(...mine);
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event)) return;
    if (enabled && !enabled.value) return;
    // A focused button takes the space bar for itself.
    if (event.key === ' ' && event.target instanceof HTMLButtonElement) return;
    const hit = mine.find(({ key }) => key === event.key.toLowerCase());
    if (!hit) return;
    event.preventDefault();
    hit.run();
  };
  addEventListener('keydown', onKey);
  onScopeDispose(() => {
    removeEventListener('keydown', onKey);
    for (const shortcut of mine) shortcuts.splice(shortcuts.indexOf(shortcut), 1);
  });
}
