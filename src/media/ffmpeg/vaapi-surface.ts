import {
  AV_HWDEVICE_TYPE_VAAPI,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  Frame,
  HardwareDeviceContext,
  HardwareFramesContext,
  SoftwareScaleContext,
  SWS_POINT,
} from 'node-av';
import { check } from './av';
import type { Size } from './scaler';

/** Surfaces that the driver may hold at a time: the one that is encoded, and those that are referred to. */
const POOL = 4;

/** Brings 4:2:0 pictures of one size onto the graphics card, where a VAAPI encoder reads them. */
export class VaapiSurface {
  readonly pool = new HardwareFramesContext();
  private readonly device = new HardwareDeviceContext();
  private readonly interleaving = new SoftwareScaleContext();
  private readonly interleaved = new Frame();
  private readonly surface = new Frame();

  /** @throws Error where there is no such device */
  constructor({ width, height }: Size) {
    check(this.device.create(AV_HWDEVICE_TYPE_VAAPI), 'opening a VAAPI device');
    const { pool, interleaved } = this;
    pool.alloc(this.device);
    Object.assign(pool, { format: AV_PIX_FMT_VAAPI, swFormat: AV_PIX_FMT_NV12, width, height });
    pool.initialPoolSize = POOL;
    check(pool.init(), 'VAAPI surfaces');
    interleaved.alloc();
    Object.assign(interleaved, { format: AV_PIX_FMT_NV12, width, height });
    check(interleaved.getBuffer(0), 'a buffer for a picture');
    this.surface.alloc();
    const size = [width, height] as const;
    this.interleaving.getContext(...size, AV_PIX_FMT_YUV420P, ...size, AV_PIX_FMT_NV12, SWS_POINT);
  }

  /** @returns the picture on the card; it holds until the next call */
  upload(picture: Frame): Frame {
    const { interleaved, surface } = this;
    check(this.interleaving.scaleFrameSync(interleaved, picture), 'interleaving a picture');
    surface.unref();
    check(this.pool.getBuffer(surface), 'a VAAPI surface');
    check(this.pool.transferDataSync(surface, interleaved), 'a picture to a VAAPI surface');
    surface.pts = picture.pts;
    surface.pictType = picture.pictType;
    return surface;
  }

  close(): void {
    this.surface.free();
    this.interleaved.free();
    this.interleaving.freeContext();
    this.pool.free();
    this.device.free();
  }
}
