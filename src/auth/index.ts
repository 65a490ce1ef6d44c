export { USER_ID } from './auth.dto';
export { AuthModule } from './auth.module';
export { ApiKey } from './api-key.entity';
export {
  type Caller,
  type CallerRequest,
  CurrentCaller,
  Public,
  requireAdmin,
  requireGrant,
  requireUnlimited,
} from './caller';
export { LoginCode } from './login-code.entity';
export { LoginLinks } from './login-links';
export { Signer, type TokenClaims, type TokenKind } from './signing';
export { UserTokens } from './user-tokens';
