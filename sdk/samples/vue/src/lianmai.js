import { onScopeDispose, readonly, ref, shallowRef } from 'vue';

/** Something of the client that changes, as components follow it. */
export function follow(readable) {
  const value = shallowRef(readable.value);
  onScopeDispose(readable.subscribe((next) => (value.value = next)));
  return value;
}

/** Something that a component has made, and that ends with it. */
export function own(it) {
  onScopeDispose(() => it.close());
  return it;
}

const shown = ref('');
/** What went wrong last: a code of the client's, or a message. */
export const problem = readonly(shown);

/** What a click does, and what is told when it fails. */
export async function run(work) {
  shown.value = '';
  await Promise.resolve()
    .then(work)
    .catch((error) => (shown.value = error.code ?? error.message));
}
