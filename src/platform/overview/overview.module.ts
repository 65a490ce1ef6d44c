import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OverviewCollector } from './overview.collector';
import { OverviewController } from './overview.controller';
import { AlarmRow, Sample } from './overview.entity';
import { OverviewRepository } from './overview.repository';
import { OverviewService } from './overview.service';
import { OverviewWatch } from './overview.watch';

/** The console's overview. Rooms offer what they know by OVERVIEW (common) and don't know this module. */
@Module({
  imports: [DiscoveryModule, TypeOrmModule.forFeature([AlarmRow, Sample])],
  controllers: [OverviewController],
  providers: [OverviewCollector, OverviewRepository, OverviewService, OverviewWatch],
})
export class OverviewModule {}
