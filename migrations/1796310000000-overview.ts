import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Overview1796310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "stream" jsonb`);
    await runner.query(`ALTER TABLE "channels" ADD "in_trouble" boolean NOT NULL DEFAULT false`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "in_trouble"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "stream"`);
  }
}
