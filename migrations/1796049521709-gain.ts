import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Gain1796049521709 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "co_host_members" ADD "gain" double precision NOT NULL DEFAULT '1'`);
    await runner.query(`ALTER TABLE "conference_members" ADD "gain" double precision NOT NULL DEFAULT '1'`);
    await runner.query(
      `ALTER TABLE "co_host_members" ADD CONSTRAINT "co_host_members_gain" CHECK ("gain" BETWEEN 0 AND 2)`,
    );
    await runner.query(
      `ALTER TABLE "conference_members" ADD CONSTRAINT "conference_members_gain" CHECK (gain BETWEEN 0 AND 2)`,
    );
    await runner.query(
      `UPDATE "mix_tasks" SET "seats" = (SELECT coalesce(jsonb_agg(seat || '{"gain": 1}' ORDER BY n), '[]') FROM jsonb_array_elements("seats") WITH ORDINALITY AS s(seat, n))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE "mix_tasks" SET "seats" = (SELECT coalesce(jsonb_agg(seat - 'gain' ORDER BY n), '[]') FROM jsonb_array_elements("seats") WITH ORDINALITY AS s(seat, n))`,
    );
    await runner.query(`ALTER TABLE "conference_members" DROP CONSTRAINT "conference_members_gain"`);
    await runner.query(`ALTER TABLE "co_host_members" DROP CONSTRAINT "co_host_members_gain"`);
    await runner.query(`ALTER TABLE "conference_members" DROP COLUMN "gain"`);
    await runner.query(`ALTER TABLE "co_host_members" DROP COLUMN "gain"`);
  }
}
