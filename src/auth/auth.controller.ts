import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { LoginLinkView, TokenView, UserView } from '../contracts';
import { ApiKeyGuard } from './api-keys/api-key.guard';
import { LoginDto, LoginLinkDto, TokenRequestDto } from './auth.dto';
import { AuthService } from './auth.service';
import { type Caller, CurrentCaller, Public } from './caller';
import { ApiKeyLimitGuard } from './rate-limits/rate-limit.guard';
import { ForVisitors } from './visitors';

@ApiTags('auth')
@Controller('v1')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  /** Mints a user's token; for the app's own backend. There is no refresh: ask for another one. */
  @Post('tokens')
  @HttpCode(200)
  @Public()
  @UseGuards(ApiKeyGuard, ApiKeyLimitGuard)
  mintToken(@Body() body: TokenRequestDto): Promise<TokenView> {
    return this.auth.mintToken(body);
  }

  /** Makes a link that opens the pages as a user, once and within ten minutes. */
  @Post('login-links')
  @HttpCode(200)
  createLoginLink(@CurrentCaller() caller: Caller, @Body() body: LoginLinkDto): Promise<LoginLinkView> {
    return this.auth.createLoginLink(caller, body);
  }

  /** Takes the code of a login link for a token. */
  @Post('login')
  @Public()
  @HttpCode(200)
  login(@Body() body: LoginDto): Promise<TokenView> {
    return this.auth.login(body.code);
  }

  /** Shows who the token says you are. */
  @Get('me')
  @ForVisitors()
  me(@CurrentCaller() caller: Caller): UserView {
    return this.auth.viewOf(caller);
  }
}
