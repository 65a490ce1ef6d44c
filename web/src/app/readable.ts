import type { Readable } from '@lianmai/client';
import { onScopeDispose, type Ref, shallowRef } from 'vue';

/** Something of the client, as components follow it. To be called in a component's setup. */
export function follow<T>(source: Readable<T>): Readonly<Ref<T>> {
  const value = shallowRef(source.value);
  onScopeDispose(source.subscribe((next) => (value.value = next)));
  return value;
}

/** Something that a component has made, and that ends with it. */
export function own<T extends { close(): void }>(it: T): T {
  onScopeDispose(() => it.close());
  return it;
}
