export { PkMatchChanged } from './pk.events';
export { PkModule } from './pk.module';
