import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Limits1796022590835 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "public"."webhook_deliveries_due"`);
    await runner.query(`ALTER TABLE "webhooks" ADD "failures" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "webhooks" ADD "broken_since" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "webhooks" ADD "probe_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "webhook_deliveries" ADD "dead_reason" text`);
    await runner.query(`UPDATE "webhook_deliveries" SET "dead_reason" = 'not_taken' WHERE "state" = 'dead'`);
    await runner.query(`ALTER TABLE "mix_workers" ADD "slots" integer NOT NULL DEFAULT '0'`);
    await runner.query(
      `CREATE INDEX "conferences_open" ON "conferences"  ("owner_id") WHERE state = 'open' AND purpose = 'meeting'`,
    );
    await runner.query(`CREATE INDEX "channels_owner" ON "channels"  ("owner_id") WHERE kind = 'host'`);
    await runner.query(
      `CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries"  ("webhook_id", "next_attempt_at") WHERE state = 'pending'`,
    );
    await runner.query(
      `ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_broken" CHECK ((broken_since IS NULL) = (probe_at IS NULL))`,
    );
    await runner.query(
      `ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_dead" CHECK ((state = 'dead') = (dead_reason IS NOT NULL))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_dead"`);
    await runner.query(`ALTER TABLE "webhooks" DROP CONSTRAINT "webhooks_broken"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_due"`);
    await runner.query(`DROP INDEX "public"."channels_owner"`);
    await runner.query(`DROP INDEX "public"."conferences_open"`);
    await runner.query(`ALTER TABLE "mix_workers" DROP COLUMN "slots"`);
    await runner.query(`ALTER TABLE "webhook_deliveries" DROP COLUMN "dead_reason"`);
    await runner.query(`ALTER TABLE "webhooks" DROP COLUMN "probe_at"`);
    await runner.query(`ALTER TABLE "webhooks" DROP COLUMN "broken_since"`);
    await runner.query(`ALTER TABLE "webhooks" DROP COLUMN "failures"`);
    await runner.query(
      `CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("next_attempt_at") WHERE (state = 'pending'::text)`,
    );
  }
}
