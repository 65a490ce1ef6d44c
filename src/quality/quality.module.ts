import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveModule } from '../live';
import { HandOver } from './hand-over.entity';
import { QualityController } from './quality.controller';
import { QualityFlush } from './quality-flush';
import { QualityListener } from './quality.listener';
import { QualityMinute } from './quality-minute.entity';
import { QualityRepository } from './quality.repository';
import { QualityService } from './quality.service';

@Module({
  imports: [TypeOrmModule.forFeature([HandOver, QualityMinute]), LiveModule],
  controllers: [QualityController],
  providers: [QualityFlush, QualityListener, QualityRepository, QualityService],
})
export class QualityModule {}
