import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CreatedAt, PageQuery } from '../../platform/common';
import type { ApiKeyCreatedView, ApiKeyView, ListView } from '../../contracts';
import { ApiKeyService } from './api-key.service';
import { ApiKeyCreateDto } from '../auth.dto';
import { type Caller, CurrentCaller } from '../caller';

@ApiTags('auth')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeyService) {}

  /** Makes an API key. This answer is the only one that carries it. */
  @Post()
  @CreatedAt<ApiKeyCreatedView>(({ id }) => `/v1/api-keys/${id}`)
  create(@CurrentCaller() caller: Caller, @Body() body: ApiKeyCreateDto): Promise<ApiKeyCreatedView> {
    return this.keys.create(caller, body);
  }

  /** Lists the API keys, revoked ones too. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<ApiKeyView>> {
    return this.keys.list(caller, page);
  }

  /** Revokes an API key at once. Tokens that were minted with it live to their end. */
  @Delete(':id')
  @HttpCode(204)
  revoke(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(caller, id);
  }
}
