import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MixRelief1796050000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mix_tasks" ADD "relief" text array NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mix_tasks" DROP COLUMN "relief"`);
  }
}
