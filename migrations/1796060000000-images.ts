import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = `"media_type" text NOT NULL, "width" integer NOT NULL, "height" integer NOT NULL, "size" integer NOT NULL, "sha256" bytea NOT NULL, "bytes" bytea NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now()`;
const TYPES = `media_type IN ('image/png', 'image/jpeg')`;

export class Images1796060000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "channel_images" ("id" uuid NOT NULL, "channel_id" uuid NOT NULL, ${COLUMNS}, CONSTRAINT "channel_images_type" CHECK (${TYPES}), CONSTRAINT "PK_channel_images" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE INDEX "channel_images_newest" ON "channel_images" ("channel_id", "created_at", "id") `,
    );
    await runner.query(
      `CREATE TABLE "avatars" ("user_id" character varying(128) NOT NULL, "id" uuid NOT NULL, ${COLUMNS}, CONSTRAINT "avatars_type" CHECK (${TYPES}), CONSTRAINT "PK_avatars" PRIMARY KEY ("user_id"))`,
    );
    await runner.query(
      `ALTER TABLE "channel_images" ADD CONSTRAINT "channel_images_channel" FOREIGN KEY ("channel_id") REFERENCES "channels"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "avatars"`);
    await runner.query(`DROP TABLE "channel_images"`);
  }
}
