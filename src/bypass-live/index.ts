export { BypassLiveChanged } from './bypass-live.events';
export { BypassLiveModule } from './bypass-live.module';
