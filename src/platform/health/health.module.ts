import { Module } from '@nestjs/common';
import { NodesModule } from '../../nodes';
import { QueueModule } from '../queue';
import { HealthController } from './health.controller';
import { ReadinessCheck } from './readiness-check';

@Module({
  imports: [NodesModule, QueueModule],
  controllers: [HealthController],
  providers: [ReadinessCheck],
})
export class HealthModule {}
