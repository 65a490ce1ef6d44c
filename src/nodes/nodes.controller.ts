import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, Public } from '../auth';
import { PageQuery } from '../platform/common';
import type { ListView, NodeView } from '../contracts';
import { NodeGuard } from './node.guard';
import { readReport } from './node-report.dto';
import { NodeReports } from './node-reports';
import { NodesService } from './nodes.service';

@ApiTags('nodes')
@Controller()
export class NodesController {
  constructor(
    private readonly nodes: NodesService,
    private readonly reports: NodeReports,
  ) {}

  /** Lists the media nodes, in the order of their names. */
  @Get('v1/nodes')
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<NodeView>> {
    return this.nodes.list(caller, page);
  }

  /** Not for clients: authorised by a node's own token. */
  @Public()
  @UseGuards(NodeGuard)
  @ApiExcludeEndpoint()
  @HttpCode(204)
  @Post('internal/nodes/:nodeId/report')
  report(@Param('nodeId') nodeId: string, @Body() report: unknown): Promise<void> {
    return this.reports.take(nodeId, readReport(report));
  }
}
