import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FollowedReports1796023172531 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "node_followers" ("node_id" text NOT NULL, "follower" text NOT NULL, "told" bigint NOT NULL, CONSTRAINT "PK_a9705aea1af0dc41d9e2a36fe94" PRIMARY KEY ("node_id", "follower"))`,
    );
    await runner.query(
      `ALTER TABLE "channels" ADD "pinned_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()`,
    );
    await runner.query(`ALTER TABLE "channels" ADD "live" boolean NOT NULL DEFAULT false`);
    // What was said of a channel before it was taken from its node is no longer so.
    await runner.query(
      `UPDATE "channels" SET source = 'none', source_epoch = 0, host_publishing = false, mix_epochs = '{}', viewers = 0, relay_status = NULL WHERE node_id IS NULL`,
    );
    await runner.query(
      `UPDATE "channels" SET live = true WHERE source <> 'none' OR host_publishing OR mix_epochs <> '{}' OR viewers > 0`,
    );
    await runner.query(`ALTER TABLE "media_nodes" ADD "report_seq" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "media_nodes" ADD "told" bigint NOT NULL DEFAULT '0'`);
    await runner.query(
      `CREATE INDEX "channels_idle_pins" ON "channels"  ("pinned_at") WHERE node_id IS NOT NULL AND NOT live`,
    );
    await runner.query(`CREATE INDEX "channels_live" ON "channels"  ("node_id") WHERE live`);
    await runner.query(
      `CREATE INDEX "conference_members_connected" ON "conference_members"  ("conference_id") WHERE state = 'connected'`,
    );
    await runner.query(
      `ALTER TABLE "channels" ADD CONSTRAINT "channels_live_is_pinned" CHECK (live = (source <> 'none' OR host_publishing OR mix_epochs <> '{}' OR viewers > 0) AND (node_id IS NOT NULL OR NOT live))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" DROP CONSTRAINT "channels_live_is_pinned"`);
    await runner.query(`DROP INDEX "public"."conference_members_connected"`);
    await runner.query(`DROP INDEX "public"."channels_live"`);
    await runner.query(`DROP INDEX "public"."channels_idle_pins"`);
    await runner.query(`ALTER TABLE "media_nodes" DROP COLUMN "told"`);
    await runner.query(`ALTER TABLE "media_nodes" DROP COLUMN "report_seq"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "live"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "pinned_at"`);
    await runner.query(`DROP TABLE "node_followers"`);
  }
}
