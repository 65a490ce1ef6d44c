import { Module } from '@nestjs/common';
import { NodeControl } from './node-control';
import { NodeReports } from './node-reports';
import { NodesController } from './nodes.controller';
import { NodesRepository } from './nodes.repository';
import { NodesFacade } from './nodes.facade';

@Module({
  controllers: [NodesController],
  providers: [NodesFacade, NodeReports, NodeControl, NodesRepository],
  exports: [NodesFacade],
})
export class NodesModule {}
