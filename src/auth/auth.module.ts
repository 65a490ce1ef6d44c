import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { ApiKey } from './api-keys/api-key.entity';
import { ApiKeyRepository } from './api-keys/api-key.repository';
import { ApiKeyService } from './api-keys/api-key.service';
import { ApiKeysController } from './api-keys/api-keys.controller';
import { AuthController } from './auth.controller';
import { AuthGuard } from './auth.guard';
import { AuthService } from './auth.service';
import { BodyInterceptor } from './body.interceptor';
import { LoginCode } from './login/login-code.entity';
import { LoginCodeRepository } from './login/login-code.repository';
import { LoginLinkFacade } from './login/login-link.facade';
import { AddressLimitGuard, rateLimits, UserLimitGuard } from './rate-limits/rate-limit.guard';
import { Signer } from './tokens/signer';
import { UserTokenFacade } from './tokens/user-token.facade';

/** Importing this module closes every HTTP route that isn't `@Public()`, and limits how often each is asked. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([ApiKey, LoginCode]),
    ThrottlerModule.forRootAsync({ useFactory: rateLimits, inject: [CONFIG] }),
  ],
  controllers: [ApiKeysController, AuthController],
  providers: [
    {
      provide: Signer,
      useFactory: (config: RuntimeConfig) => new Signer(config.AUTH_SECRET, config.AUTH_SECRET_PREVIOUS),
      inject: [CONFIG],
    },
    // The order matters: by address, then the token, then by user.
    { provide: APP_GUARD, useClass: AddressLimitGuard },
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: UserLimitGuard },
    // Before all other interceptors, which may look at the body: this module is imported first.
    { provide: APP_INTERCEPTOR, useClass: BodyInterceptor },
    ApiKeyRepository,
    ApiKeyService,
    AuthService,
    LoginCodeRepository,
    LoginLinkFacade,
    UserTokenFacade,
  ],
  exports: [LoginLinkFacade, Signer, UserTokenFacade],
})
export class AuthModule {}
