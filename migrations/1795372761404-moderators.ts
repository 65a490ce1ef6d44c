import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Moderators1795372761404 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "conference_members" ADD "moderator_id" text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "conference_members" DROP COLUMN "moderator_id"`);
  }
}
