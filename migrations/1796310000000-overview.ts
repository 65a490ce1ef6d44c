import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Overview1796310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "stream" jsonb`);
    await runner.query(`ALTER TABLE "channels" ADD "in_trouble" boolean NOT NULL DEFAULT false`);
    await runner.query(`CREATE INDEX "channels_by_title" ON "channels" ("title", "id") WHERE kind = 'host'`);
    await runner.query(
      `CREATE TABLE "alarms" ("code" text NOT NULL, "subject_id" text NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_alarms" PRIMARY KEY ("code", "subject_id"))`,
    );
    await runner.query(
      `CREATE TABLE "overview_samples" ("name" text NOT NULL, "subject" text NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL, "value" double precision NOT NULL, CONSTRAINT "PK_overview_samples" PRIMARY KEY ("name", "subject", "at"))`,
    );
    await runner.query(`CREATE INDEX "overview_samples_old" ON "overview_samples" ("at") `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "overview_samples"`);
    await runner.query(`DROP TABLE "alarms"`);
    await runner.query(`DROP INDEX "public"."channels_by_title"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "in_trouble"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "stream"`);
  }
}
