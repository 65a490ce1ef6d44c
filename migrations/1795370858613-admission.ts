import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Admission1795370858613 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "conference_members" ADD "admission" integer NOT NULL DEFAULT '1'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "conference_members" DROP COLUMN "admission"`);
  }
}
