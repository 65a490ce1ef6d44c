/**
 * @param target what stands for a window in Node has no events: nothing is heard of it
 * @returns to be called when it is enough
 */
export function listenTo(
  target: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>,
  event: string,
  listener: () => void,
): () => void {
  target.addEventListener?.(event, listener);
  return () => target.removeEventListener?.(event, listener);
}
