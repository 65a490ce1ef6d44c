import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Limits1796024964534 implements MigrationInterface {
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
    await runner.query(
      `CREATE INDEX "conferences_ended" ON "conferences"  ("ended_at") WHERE ended_at IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX "conferences_newest" ON "conferences"  ("created_at", "id") `);
    await runner.query(`CREATE INDEX "channels_owner" ON "channels"  ("owner_id") WHERE kind = 'host'`);
    await runner.query(
      `CREATE INDEX "channels_relayed" ON "channels"  ("id") WHERE relay_status IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "pk_matches_ended" ON "pk_matches"  ("ended_at") WHERE "ended_at" IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "webhook_deliveries_not_taken" ON "webhook_deliveries"  ("state", "created_at") WHERE state <> 'delivered'`,
    );
    await runner.query(
      `CREATE INDEX "webhook_deliveries_delivered_at" ON "webhook_deliveries"  ("delivered_at") WHERE delivered_at IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries"  ("webhook_id", "next_attempt_at") WHERE state = 'pending'`,
    );
    await runner.query(`CREATE INDEX "login_codes_expiry" ON "login_codes"  ("expires_at") `);
    await runner.query(`CREATE INDEX "invitations_old" ON "invitations"  ("created_at") `);
    await runner.query(
      `CREATE INDEX "co_host_sessions_cleaned" ON "co_host_sessions"  ("cleaned_at") WHERE "cleaned_at" IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX "co_host_sessions_mix_task" ON "co_host_sessions"  ("mix_task_id") `);
    await runner.query(`CREATE INDEX "chat_messages_sent" ON "chat_messages"  ("sent_at") `);
    await runner.query(`CREATE INDEX "mix_tasks_updated" ON "mix_tasks"  ("updated_at") `);
    await runner.query(`CREATE INDEX "mix_tasks_newest" ON "mix_tasks"  ("created_at", "id") `);
    await runner.query(`CREATE INDEX "audit_log_action" ON "audit_log"  ("action", "created_at", "id") `);
    await runner.query(
      `CREATE INDEX "idempotency_keys_claim" ON "idempotency_keys"  ("claim") WHERE claim IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "mix_switches_to_task" ON "mix_switches"  ("to_task_id") WHERE "cleaned_at" IS NULL`,
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
    await runner.query(`DROP INDEX "public"."mix_switches_to_task"`);
    await runner.query(`DROP INDEX "public"."idempotency_keys_claim"`);
    await runner.query(`DROP INDEX "public"."audit_log_action"`);
    await runner.query(`DROP INDEX "public"."mix_tasks_newest"`);
    await runner.query(`DROP INDEX "public"."mix_tasks_updated"`);
    await runner.query(`DROP INDEX "public"."chat_messages_sent"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_mix_task"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_cleaned"`);
    await runner.query(`DROP INDEX "public"."invitations_old"`);
    await runner.query(`DROP INDEX "public"."login_codes_expiry"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_due"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_delivered_at"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_not_taken"`);
    await runner.query(`DROP INDEX "public"."pk_matches_ended"`);
    await runner.query(`DROP INDEX "public"."channels_relayed"`);
    await runner.query(`DROP INDEX "public"."channels_owner"`);
    await runner.query(`DROP INDEX "public"."conferences_newest"`);
    await runner.query(`DROP INDEX "public"."conferences_ended"`);
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
