import { Module } from '@nestjs/common';
import { NodeControl } from './node-control';
import { NodeReports } from './node-reports';
import { NodesController } from './nodes.controller';
import { NodesRepository } from './nodes.repository';
import { NodesService } from './nodes.service';

@Module({
  controllers: [NodesController],
  providers: [NodesService, NodeReports, NodeControl, NodesRepository],
  exports: [NodesService],
})
export class NodesModule {}
