import { Module } from '@nestjs/common';
import { NodeControl } from './node-control';
import { NodeLossWatch } from './node-loss.watch';
import { NodeReports } from './node-reports';
import { NodesController } from './nodes.controller';
import { NodeGuard } from './node.guard';
import { NodesRepository } from './nodes.repository';
import { NodesFacade } from './nodes.facade';
import { NodesService } from './nodes.service';

@Module({
  controllers: [NodesController],
  providers: [NodesFacade, NodesService, NodeReports, NodeLossWatch, NodeControl, NodeGuard, NodesRepository],
  exports: [NodesFacade],
})
export class NodesModule {}
