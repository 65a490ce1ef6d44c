import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { requestContext } from '../../platform/common';
import { ApiKeyService } from './api-key.service';
import type { CallerRequest } from '../caller';

/** For the app's own backend: header `X-Api-Key`. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly keys: ApiKeyService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & CallerRequest>();
    request.apiKeyId = await this.keys.authenticate(request.get('x-api-key') ?? '');
    const served = requestContext();
    if (served) served.apiKeyId = request.apiKeyId;
    return true;
  }
}
