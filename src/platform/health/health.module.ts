import { Module } from '@nestjs/common';
import { NodesModule } from '../../nodes';
import { QueueModule } from '../queue';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';

@Module({
  imports: [NodesModule, QueueModule],
  controllers: [HealthController],
  providers: [HealthService],
})
export class HealthModule {}
