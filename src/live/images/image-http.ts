/** Pictures over HTTP. */
import { applyDecorators, createParamDecorator, type ExecutionContext, StreamableFile } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ImageType } from '../../contracts';
import { TakesBytes } from '../../platform/common';
import type { SentImage } from './checked-image';
import type { ImageLimits } from './image-rules';

const TYPES: readonly ImageType[] = ['image/png', 'image/jpeg'];

/** The route's body is a picture. */
export function TakesImage({ bytes }: ImageLimits): MethodDecorator {
  return applyDecorators(TakesBytes({ types: TYPES, limit: bytes }));
}

/** The body of a route with TakesImage. */
export const ImageBody = createParamDecorator((_: unknown, context: ExecutionContext): SentImage => {
  const request = context.switchToHttp().getRequest<Request>();
  const isPng = request.get('content-type')?.toLowerCase().startsWith('image/png');
  return { mediaType: isPng ? 'image/png' : 'image/jpeg', bytes: request.body as Buffer };
});

/** What a person has sent, as what it was checked to be: nothing in it runs, wherever it is opened. */
export function imageAnswer({ mediaType, bytes }: SentImage, response: Response): StreamableFile {
  response.setHeader('Content-Security-Policy', `default-src 'none'; sandbox`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'private, no-cache');
  return new StreamableFile(bytes, { type: mediaType, length: bytes.length, disposition: 'inline' });
}
