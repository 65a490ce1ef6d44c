export { PkMatch, PkSide } from './pk.entity';
export { PkMatchChanged } from './pk.events';
export { PkModule } from './pk.module';
