import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodesModule } from '../../nodes';
import { QueueModule } from '../queue';
import { HealthController } from './health.controller';
import { ReadinessCheck } from './readiness-check';
import { WriteCheck } from './write-check';
import { WriteProbe } from './write-probe.entity';

@Module({
  imports: [TypeOrmModule.forFeature([WriteProbe]), NodesModule, QueueModule],
  controllers: [HealthController],
  providers: [ReadinessCheck, WriteCheck],
})
export class HealthModule {}
