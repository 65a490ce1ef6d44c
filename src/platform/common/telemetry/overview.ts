import type { AlarmView, MixerView, NodeLoadView, OverviewFigures, ApplicantView } from '../../../contracts';

/** An alarm as a room knows it; `since` where it does, else it is when it was seen first. */
export interface Alarm extends Omit<AlarmView, 'since'> {
  since?: string;
}

/** What a room knows of the overview: other rooms know the rest. */
export interface OverviewPart {
  figures?: Partial<OverviewFigures>;
  nodes?: NodeLoadView[];
  mixers?: MixerView[];
  alarms?: Alarm[];
  applicants?: ApplicantView[];
}

/** A provider with this method is asked whenever the overview is made; it knows nothing of who makes it. */
export const OVERVIEW = Symbol('overview');

export interface HasOverview {
  [OVERVIEW](): Promise<OverviewPart>;
}
