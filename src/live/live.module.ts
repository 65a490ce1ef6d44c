import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../nodes';
import { ChannelSync } from './channel-sync';
import { Channel } from './channel.entity';
import { ChannelRepository } from './channel.repository';
import { ChannelService } from './channel.service';
import { LiveController } from './live.controller';
import { LiveService } from './live.service';
import { MediaAddresses } from './media-addresses';

@Module({
  imports: [TypeOrmModule.forFeature([Channel]), NodesModule],
  controllers: [LiveController],
  providers: [ChannelRepository, ChannelService, ChannelSync, LiveService, MediaAddresses],
  exports: [LiveService],
})
export class LiveModule {}
