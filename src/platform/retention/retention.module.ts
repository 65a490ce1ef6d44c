import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { RetentionSweep } from './retention.sweep';

/** Removes old rows. Rooms offer theirs by RETENTION (database) and don't know this module. */
@Module({ imports: [DiscoveryModule], providers: [RetentionSweep] })
export class RetentionModule {}
