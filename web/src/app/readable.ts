import type { Readable } from '@lianmai/client';
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';

/** Something of the client, as components follow it. To be called in a component's setup. */
export function follow<T>(source: Readable<T>): Readonly<Ref<T>> {
  const value = shallowRef(source.value);
  onScopeDispose(source.subscribe((next) => (value.value = next)));
  return value;
}

/** Of something that is made later, when the component is mounted most often. @param before its value until then */
export function followLater<S extends object, T>(
  owner: Readonly<Ref<S | null>>,
  pick: (owner: S) => Readable<T>,
  before: T,
): Readonly<Ref<T>> {
  const value = shallowRef(before);
  watch(
    owner,
    (is, _, onCleanup) => {
      if (!is) return;
      const source = pick(is);
      value.value = source.value;
      onCleanup(source.subscribe((next) => (value.value = next)));
    },
    { immediate: true, flush: 'sync' },
  );
  return value;
}

/** Something that a component has made, and that ends with it. */
export function own<T extends { close(): void }>(it: T): T {
  onScopeDispose(() => it.close());
  return it;
}
