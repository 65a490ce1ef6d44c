export { BypassLive, BypassWatcher } from './bypass-live.entity';
export { BypassLiveChanged } from './bypass-live.events';
export { BypassLiveModule } from './bypass-live.module';
