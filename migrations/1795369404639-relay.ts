import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Relay1795369404639 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "relay_url" bytea`);
    await runner.query(`ALTER TABLE "channels" ADD "relay_playback" jsonb`);
    await runner.query(`ALTER TABLE "channels" ADD "relay_status" jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "relay_status"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "relay_playback"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "relay_url"`);
  }
}
