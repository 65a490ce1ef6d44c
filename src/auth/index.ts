export { USER_ID } from './auth.dto';
export { AuthModule } from './auth.module';
export { ApiKey } from './api-keys/api-key.entity';
export {
  type Caller,
  type CallerRequest,
  CurrentCaller,
  Public,
  requireAdmin,
  requireGrant,
  requireUnlimited,
} from './caller';
export { LoginCode } from './login/login-code.entity';
export { LoginLinks } from './login/login-links';
export { Signer, type TokenClaims, type TokenKind } from './signing';
export { UserTokens } from './user-tokens';
