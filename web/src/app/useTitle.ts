import { type MaybeRefOrGetter, onScopeDispose, toValue, watchEffect } from 'vue';

/** The page's name in the tab, before the product's; back to the route's own when the component goes. */
export function useTitle(title: MaybeRefOrGetter<string | undefined>): void {
  const before = document.title;
  watchEffect(() => {
    const text = toValue(title);
    if (text) document.title = `${text} · Lianmai`;
  });
  onScopeDispose(() => (document.title = before));
}
