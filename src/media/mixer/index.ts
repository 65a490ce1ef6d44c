export { Mix, type MixDeps } from './mix';
export { layoutTiles, type CanvasSize, type LayoutSeat, type Tile } from '../../shared/layout';
