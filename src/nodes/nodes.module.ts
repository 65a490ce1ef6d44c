import { Module } from '@nestjs/common';
import { NodeControl } from './node-control';
import { NodeReports } from './node-reports';
import { NodesController } from './nodes.controller';
import { NodesRepository } from './nodes.repository';
import { NodesFacade } from './nodes.facade';
import { NodesService } from './nodes.service';

@Module({
  controllers: [NodesController],
  providers: [NodesFacade, NodesService, NodeReports, NodeControl, NodesRepository],
  exports: [NodesFacade],
})
export class NodesModule {}
