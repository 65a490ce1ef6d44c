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
    await runner.query(`ALTER TABLE "audit_log" ADD "api_key_id" text`);
    await runner.query(`ALTER TABLE "login_codes" ADD "api_key_id" text`);
    await this.upConferences(runner);
  }

  private async upConferences(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "conferences" ADD "locked" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "conferences" ADD "member_limit" smallint`);
    await runner.query(`ALTER TABLE "conferences" DROP CONSTRAINT "conferences_access"`);
    await runner.query(
      `ALTER TABLE "conferences" ADD CONSTRAINT "conferences_access" CHECK (access IN ('open', 'approval', 'members'))`,
    );
    await runner.query(`ALTER TABLE "conferences" DROP CONSTRAINT "conferences_number"`);
    await runner.query(
      `ALTER TABLE "conferences" ADD CONSTRAINT "conferences_number" CHECK (number ~ '^[1-9]([0-9]{8}|[0-9]{10})$')`,
    );
    await runner.query(
      `CREATE TABLE "conference_requests" ("conference_id" uuid NOT NULL, "user_id" text NOT NULL, "name" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_conference_requests" PRIMARY KEY ("conference_id", "user_id"))`,
    );
    await runner.query(
      `ALTER TABLE "conference_requests" ADD CONSTRAINT "conference_requests_conference" FOREIGN KEY ("conference_id") REFERENCES "conferences"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  /** Takes back what conferences have got. */
  private async downConferences(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "conference_requests"`);
    for (const column of ['member_limit', 'locked']) {
      await runner.query(`ALTER TABLE "conferences" DROP COLUMN "${column}"`);
    }
    await runner.query(`ALTER TABLE "conferences" DROP CONSTRAINT "conferences_access"`);
    await runner.query(
      `ALTER TABLE "conferences" ADD CONSTRAINT "conferences_access" CHECK (access IN ('open', 'members')) NOT VALID`,
    );
    await runner.query(`ALTER TABLE "conferences" DROP CONSTRAINT "conferences_number"`);
    await runner.query(
      `ALTER TABLE "conferences" ADD CONSTRAINT "conferences_number" CHECK (number ~ '^[1-9][0-9]{8}$') NOT VALID`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.downConferences(runner);
    await runner.query(`ALTER TABLE "login_codes" DROP COLUMN "api_key_id"`);
    await runner.query(`ALTER TABLE "audit_log" DROP COLUMN "api_key_id"`);
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
