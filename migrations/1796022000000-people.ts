import type { MigrationInterface, QueryRunner } from 'typeorm';

export class People1796022000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "conference_members" ADD "permissions_version" integer NOT NULL DEFAULT '1'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "conference_members" DROP COLUMN "permissions_version"`);
  }
}
