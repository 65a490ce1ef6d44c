import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FlvMarkers1795369932045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "flv_markers" boolean NOT NULL DEFAULT true`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "flv_markers"`);
  }
}
