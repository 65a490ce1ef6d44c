/** Layouts that are one click away. */
import type { Layout } from '../../contracts';
import { isSolo, ofKind, soloOf } from './rects';

export const PRESETS = ['solo', 'side-by-side', 'grid', 'floating', 'speaker', 'screen', 'custom'] as const;
export type Preset = (typeof PRESETS)[number];

export function presetOf(layout: Layout): Preset {
  return isSolo(layout) ? 'solo' : layout.kind;
}

/** @returns null: `custom` has to be made by hand first */
export function withPreset(layout: Layout, preset: Preset): Layout | null {
  if (preset === 'custom') return null;
  return preset === 'solo' ? soloOf(layout) : ofKind(layout, preset);
}
