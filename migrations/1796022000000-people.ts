import type { MigrationInterface, QueryRunner } from 'typeorm';

export class People1796022000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "conference_members" ADD "permissions_version" integer NOT NULL DEFAULT '1'`,
    );
    await runner.query(`ALTER TABLE "channels" ADD "push_generation" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "channels" ADD "suspended_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "channels" ADD "suspended_reason" text`);
    await runner.query(`ALTER TABLE "channels" ADD "put_out" jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(`ALTER TABLE "channels" ADD "room_bans_stop_watching" boolean NOT NULL DEFAULT false`);
    await runner.query(
      `ALTER TABLE "channels" ADD CONSTRAINT "channels_suspension" CHECK ((suspended_at IS NULL) = (suspended_reason IS NULL))`,
    );
    await runner.query(
      `CREATE TABLE "viewer_bans" ("channel_id" uuid NOT NULL, "user_id" character varying(128) NOT NULL, "source" text NOT NULL, "until" TIMESTAMP WITH TIME ZONE, "by_user_id" character varying(128) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "viewer_bans_source" CHECK (source IN ('host', 'room')), CONSTRAINT "PK_viewer_bans" PRIMARY KEY ("channel_id", "user_id", "source"))`,
    );
    await runner.query(
      `ALTER TABLE "viewer_bans" ADD CONSTRAINT "viewer_bans_channel" FOREIGN KEY ("channel_id") REFERENCES "channels"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "viewer_bans"`);
    await runner.query(`ALTER TABLE "channels" DROP CONSTRAINT "channels_suspension"`);
    for (const column of [
      'room_bans_stop_watching',
      'put_out',
      'suspended_reason',
      'suspended_at',
      'push_generation',
    ]) {
      await runner.query(`ALTER TABLE "channels" DROP COLUMN "${column}"`);
    }
    await runner.query(`ALTER TABLE "conference_members" DROP COLUMN "permissions_version"`);
  }
}
