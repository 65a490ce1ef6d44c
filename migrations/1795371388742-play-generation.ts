import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PlayGeneration1795371388742 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "play_generation" integer NOT NULL DEFAULT '0'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "play_generation"`);
  }
}
