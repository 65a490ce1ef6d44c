import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MixerCapacity1796031000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mix_workers" ADD "host" text NOT NULL DEFAULT ''`);
    await runner.query(`ALTER TABLE "mix_workers" ADD "cores" double precision NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "mix_workers" ADD "factor" double precision NOT NULL DEFAULT '1'`);
    await runner.query(`ALTER TABLE "mix_tasks" ADD "cores" double precision`);
    await runner.query(`ALTER TABLE "mix_tasks" ADD "begun_at" TIMESTAMP WITH TIME ZONE`);
    // Of those that are on their way; when exactly, nobody wrote down.
    await runner.query(`UPDATE "mix_tasks" SET "begun_at" = "created_at" WHERE "attempt" > 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mix_tasks" DROP COLUMN "begun_at"`);
    await runner.query(`ALTER TABLE "mix_tasks" DROP COLUMN "cores"`);
    await runner.query(`ALTER TABLE "mix_workers" DROP COLUMN "factor"`);
    await runner.query(`ALTER TABLE "mix_workers" DROP COLUMN "cores"`);
    await runner.query(`ALTER TABLE "mix_workers" DROP COLUMN "host"`);
  }
}
