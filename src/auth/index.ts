export { USER_ID } from './auth.dto';
export { AuthModule } from './auth.module';
export {
  type Caller,
  type CallerRequest,
  CurrentCaller,
  isOwnerOrAdmin,
  Public,
  requireAdmin,
  requireGrant,
  requireOwner,
  requireUnlimited,
  type Visit,
} from './caller';
export { RateCounters } from './rate-limits/rate-counters';
export { LoginLinkFacade } from './login/login-link.facade';
export { bearerOf } from './tokens/bearer';
export { type TokenClaims } from './tokens/claims';
export { MediaVerifier } from './tokens/media-verifier';
export { NodeCredential, parseNodeKey } from './tokens/node-key';
export { Signer } from './tokens/signer';
export { UserTokenFacade } from './tokens/user-token.facade';
export { ForVisitors, type OpenTo, requireOpenTo, type VisitAuthorizer } from './visitors';
export { VisitLimitGuard } from './rate-limits/rate-limit.guard';
