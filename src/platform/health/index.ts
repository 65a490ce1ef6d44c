export { HealthModule } from './health.module';
export { ReadinessCheck } from './readiness-check';
