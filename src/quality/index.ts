export { QualityReported } from './quality.events';
export { QualityModule } from './quality.module';
