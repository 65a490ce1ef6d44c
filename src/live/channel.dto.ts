import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { USER_ID } from '../auth';
import { IsPlainText, MayBeAbsent, OptionalNested, PageQuery, trimmed } from '../platform/common';
import type {
  ChannelAccess,
  ChannelCreate,
  ChannelEventCreate,
  ChannelOrder,
  ChannelPatch,
  ChannelState,
  ClientMixFallback,
  MixingMode,
  RelayPatch,
  RelayPlayback,
} from '../contracts';
import { MAX_SEATS } from './channel-defaults';
import { LayoutDto, MixOutputDto } from './layout.dto';

const WEB = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

export class ChannelListQuery extends PageQuery {
  /** Channels with this in their title, or in the name or id of their owner; by admins only. */
  @MayBeAbsent()
  @Transform(trimmed)
  @IsPlainText(1, 100)
  q?: string;

  /** `live`: something is on the air. `trouble`: something is wrong with it, or with its relay; by admins only. */
  @MayBeAbsent()
  @IsIn(['live', 'trouble'])
  state?: ChannelState;

  /**
   * Default: `newest`. `viewers`, the most first, is for a list with a `state`; they come and go, so a channel may be on two
   * pages, or on none.
   */
  @MayBeAbsent()
  @IsIn(['newest', 'viewers', 'title'])
  sort?: ChannelOrder;
}

export class ChannelCreateDto implements ChannelCreate {
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title: string;

  @MayBeAbsent()
  @Matches(USER_ID, { message: '$property must be a user id' })
  ownerId?: string;
}

export class RelayPlaybackDto implements RelayPlayback {
  @MayBeAbsent()
  @IsUrl(WEB)
  flv?: string;

  @MayBeAbsent()
  @IsUrl(WEB)
  hls?: string;
}

export class RelayPatchDto implements RelayPatch {
  @IsString()
  @MaxLength(2048)
  url: string;

  @OptionalNested(() => RelayPlaybackDto)
  playback?: RelayPlaybackDto;
}

export class ChannelPatchDto implements ChannelPatch {
  @MayBeAbsent()
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title?: string;

  @MayBeAbsent()
  @IsIn(['server', 'client'])
  mixingMode?: MixingMode;

  @MayBeAbsent()
  @IsIn(['hold', 'server'])
  clientMixFallback?: ClientMixFallback;

  @OptionalNested(() => LayoutDto)
  layout?: LayoutDto;

  @OptionalNested(() => MixOutputDto)
  output?: MixOutputDto;

  @MayBeAbsent()
  @IsInt()
  @Min(2)
  @Max(MAX_SEATS)
  seatLimit?: number;

  @MayBeAbsent()
  @IsBoolean()
  flvMarkers?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  roomBansStopWatching?: boolean;

  @MayBeAbsent()
  @IsIn(['open', 'members'])
  access?: ChannelAccess;

  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsObject()
  @ValidateNested()
  @Type(() => RelayPatchDto)
  relay?: RelayPatchDto | null;
}

const MAX_EVENT_BYTES = 4096;

export class ChannelEventCreateDto implements ChannelEventCreate {
  @Matches(/^[a-zA-Z0-9._:-]{1,64}$/, {
    message: '$property must be 1 to 64 letters, digits, dots, colons, underscores or dashes',
  })
  name: string;

  @IsObject()
  @ValidateBy({
    name: 'isSmallJson',
    validator: {
      validate: (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '') <= MAX_EVENT_BYTES,
      defaultMessage: () => `$property must not be larger than ${MAX_EVENT_BYTES} bytes`,
    },
  })
  data: Record<string, unknown>;
}
