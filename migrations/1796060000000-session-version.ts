import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SessionVersion1796060000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "co_host_sessions" ADD "version" integer NOT NULL DEFAULT '1'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "co_host_sessions" DROP COLUMN "version"`);
  }
}
