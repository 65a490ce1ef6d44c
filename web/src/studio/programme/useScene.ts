/** What of the call is where in the programme: the same rectangles as in the mix that viewers get. */
import { computed, type Ref } from 'vue';
import { layoutTiles, type Tile } from '../../../../src/shared/layout';
import { tileShape } from '../../../../src/shared/tile-look';
import type { CoHostMemberView, Layout } from '../../contracts';
import { useStudio } from '../studio-store';

export interface Place {
  key: string;
  tile: Tile;
  member: CoHostMemberView;
  style: Record<string, string>;
}

/**
 * @param draft a layout that is not on the air yet, in place of the mix's
 * @param speaker the loudest
 */
export function useScene(draft: Readonly<Ref<Layout | null>>, speaker: Readonly<Ref<string | null>>) {
  const { session, channel, call, me } = useStudio();
  const canvas = computed(
    () => session.value?.output ?? channel.value?.output ?? { width: 1280, height: 720 },
  );
  const layout = computed(() => draft.value ?? session.value?.mix.layout ?? null);
  const members = computed(
    () =>
      new Map(
        [...(session.value?.members ?? []), ...(session.value?.opponents ?? [])].map((m) => [m.userId, m]),
      ),
  );
  const sharesScreen = (userId: string) =>
    userId === me ? call.sharing.screen.value !== null : call.screens.value.has(userId);
  /** Until the mix has anybody, those who are to be in it. */
  const seats = computed(() => {
    const mixed = session.value?.mix.seats ?? [];
    const seated = (session.value?.members ?? []).filter(({ state }) => state !== 'left');
    const people: { userId: string; name: string; seat: number; side?: 'left' | 'right' }[] =
      mixed.length > 0 ? mixed : seated;
    return people.map((seat) => ({ ...seat, screen: sharesScreen(seat.userId) }));
  });

  const places = computed<Place[]>(() => {
    if (!layout.value) return [];
    const look = layout.value;
    const { width, height } = canvas.value;
    const share = (part: number, of: number) => `${(100 * part) / of}%`;
    return layoutTiles(look, seats.value, canvas.value, speaker.value).flatMap((tile) => {
      const member = members.value.get(tile.userId);
      if (!member) return [];
      const shape = tileShape(tile, look, canvas.value);
      const across = (pixels: number) => `${(100 * pixels) / width}cqw`;
      const style = {
        left: share(tile.x, width),
        top: share(tile.y, height),
        width: share(tile.width, width),
        height: share(tile.height, height),
        zIndex: String(tile.z),
        borderRadius: across(shape.radius),
        '--border': across(shape.inner.x - tile.x),
        '--border-colour': look.border?.colour ?? 'transparent',
      };
      return [{ key: `${tile.userId} ${tile.source ?? 'camera'}`, tile, member, style }];
    });
  });
  return { canvas, layout, seats, places };
}
