export { SignalsModule } from './signals.module';
