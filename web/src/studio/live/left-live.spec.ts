import { GRACE_MS, leftLive, noteLeaving } from './left-live';

class FakeStorage extends Map<string, string> {
  getItem = (key: string): string | null => this.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.set(key, value);
  removeItem = (key: string): void => void this.delete(key);
}
const left = { at: 50_000, audioOnly: false, paused: true };
let storage: Storage;
beforeEach(() => {
  storage = new FakeStorage() as unknown as Storage;
  noteLeaving('c', left, storage);
});

it('is what the tab was doing, once, on this channel', () => {
  expect(leftLive('other', 51_000, storage)).toBeNull();
  expect(leftLive('c', 50_000 + GRACE_MS, storage)).toEqual(left);
  expect(leftLive('c', 51_000, storage)).toBeNull();
});

it('is nothing any more when viewers are no longer held', () => {
  expect(leftLive('c', 50_001 + GRACE_MS, storage)).toBeNull();
});
